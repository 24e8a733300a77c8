-- Where mediation happens: a row a version, of which the last is not replaced.
CREATE TABLE places (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (organisation_id),
    place_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL, -- 1 is the first
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL,
    replaced_at TIMESTAMP, -- when the next version was written
    sort_key TEXT COLLATE "C" NOT NULL, -- of its name
    commune_code TEXT COLLATE "C" NOT NULL,
    partner_id TEXT COLLATE "C",
    status TEXT COLLATE "C" NOT NULL, -- whether a coordinator has confirmed it
    merged_into TEXT COLLATE "C", -- the place that took its place
    content TEXT NOT NULL, -- what it says, as JSON
    PRIMARY KEY (organisation_id, place_id, version)
);
CREATE INDEX places_by_name ON places (organisation_id, sort_key, place_id);
