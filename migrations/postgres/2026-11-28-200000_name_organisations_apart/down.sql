CREATE UNIQUE INDEX organisations_by_slug ON organisations (slug);
DROP TABLE slugs;
