-- Which public holidays are kept: a code of the list.
ALTER TABLE organisations ADD COLUMN holidays TEXT NOT NULL DEFAULT 'france';
-- The day on which somebody was last reminded of missing reports.
ALTER TABLE accounts ADD COLUMN reminded_on DATE;
