DROP TABLE requests;
DROP TABLE meetings;
DROP TABLE agreements;
