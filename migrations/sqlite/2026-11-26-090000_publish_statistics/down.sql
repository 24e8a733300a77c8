DROP INDEX interventions_by_kind;
DROP INDEX interventions_by_theme;
DROP INDEX interventions_by_commune;
DROP INDEX interventions_by_advisor;
DROP TABLE shared_links;
DROP TABLE publications;
DROP TABLE refused_writes;
