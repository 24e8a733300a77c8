ALTER TABLE organisations DROP COLUMN territory;
