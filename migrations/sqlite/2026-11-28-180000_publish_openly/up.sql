-- The name under which everybody finds what the organisation publishes, and whether it publishes.
ALTER TABLE organisations ADD COLUMN slug TEXT;
ALTER TABLE organisations ADD COLUMN publishes BOOLEAN NOT NULL DEFAULT FALSE;
CREATE UNIQUE INDEX organisations_by_slug ON organisations (slug);
