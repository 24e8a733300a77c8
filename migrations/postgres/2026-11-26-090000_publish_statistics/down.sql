DROP TABLE shared_links;
DROP TABLE publications;
DROP TABLE refused_writes;
