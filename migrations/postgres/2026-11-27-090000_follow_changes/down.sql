ALTER TABLE organisations DROP COLUMN change_epoch;
