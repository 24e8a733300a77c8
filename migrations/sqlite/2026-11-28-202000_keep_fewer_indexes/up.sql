-- What filters keep is found in columns of months, which are made of the rows of a month and kept in memory: no report writes
-- them. A month is found by the key.
DROP INDEX interventions_by_advisor;
DROP INDEX interventions_by_commune;
DROP INDEX interventions_by_theme;
DROP INDEX interventions_by_kind;
DROP INDEX interventions_by_workshop;
