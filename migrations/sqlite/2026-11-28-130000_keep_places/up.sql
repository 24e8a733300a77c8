-- Where mediation happens: a row a version, of which the last is not replaced.
CREATE TABLE places (
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
    place_id TEXT NOT NULL,
    version BIGINT NOT NULL, -- 1 is the first
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT NOT NULL,
    replaced_at TIMESTAMP, -- when the next version was written
    sort_key TEXT NOT NULL, -- of its name
    commune_code TEXT NOT NULL,
    partner_id TEXT,
    status TEXT NOT NULL, -- whether a coordinator has confirmed it
    merged_into TEXT, -- the place that took its place
    content TEXT NOT NULL, -- what it says, as JSON
    PRIMARY KEY (organisation_id, place_id, version)
) WITHOUT ROWID;
CREATE INDEX places_by_name ON places (organisation_id, sort_key, place_id);
