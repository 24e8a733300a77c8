DROP TABLE workshops;
DROP TABLE tags;
