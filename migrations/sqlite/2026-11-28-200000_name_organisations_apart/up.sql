-- The names that organisations have in addresses, in a table of their own, as sign_ins is of addresses of mail: no two have the
-- same, which a database that is distributed by organisation cannot promise of a column of organisations.
CREATE TABLE slugs (
    slug TEXT NOT NULL PRIMARY KEY, -- unique on the instance
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id)
) WITHOUT ROWID;
INSERT INTO slugs (slug, organisation_id) SELECT slug, organisation_id FROM organisations WHERE slug IS NOT NULL;
DROP INDEX organisations_by_slug;
