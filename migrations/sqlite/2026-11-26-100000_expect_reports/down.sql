ALTER TABLE accounts DROP COLUMN reminded_on;
ALTER TABLE organisations DROP COLUMN holidays;
