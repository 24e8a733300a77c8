ALTER TABLE accounts DROP COLUMN warned_at;
ALTER TABLE jobs DROP COLUMN confirmed_at;
ALTER TABLE jobs DROP COLUMN looked_at;
