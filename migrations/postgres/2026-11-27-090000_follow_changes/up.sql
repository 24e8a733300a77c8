-- Which history of changes an organisation's cursors belong to: another one since a backup was restored.
ALTER TABLE organisations ADD COLUMN change_epoch TEXT COLLATE "C" NOT NULL DEFAULT '';
