DROP INDEX interventions_by_filter;
DROP TABLE shared_links;
DROP TABLE publications;
DROP TABLE refused_writes;
