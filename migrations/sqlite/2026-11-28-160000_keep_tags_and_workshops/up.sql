-- Words of the organisation's own: a row a version, of which the last is not replaced.
CREATE TABLE tags (
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
    tag_id TEXT NOT NULL,
    version BIGINT NOT NULL, -- 1 is the first
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT NOT NULL,
    replaced_at TIMESTAMP, -- when the next version was written
    sort_key TEXT NOT NULL, -- of its name
    content TEXT NOT NULL, -- what it says, as JSON
    PRIMARY KEY (organisation_id, tag_id, version)
) WITHOUT ROWID;

-- Sheets of the catalogue: a row a version, of which the last is not replaced.
CREATE TABLE workshops (
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
    workshop_id TEXT NOT NULL,
    version BIGINT NOT NULL, -- 1 is the first
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT NOT NULL,
    replaced_at TIMESTAMP, -- when the next version was written
    sort_key TEXT NOT NULL, -- of its name
    content TEXT NOT NULL, -- what it says, as JSON
    PRIMARY KEY (organisation_id, workshop_id, version)
) WITHOUT ROWID;
