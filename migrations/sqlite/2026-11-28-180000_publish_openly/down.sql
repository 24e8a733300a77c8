DROP INDEX organisations_by_slug;
ALTER TABLE organisations DROP COLUMN publishes;
ALTER TABLE organisations DROP COLUMN slug;
