-- Structures that host, ask or refer: a row a version, of which the last is not replaced.
CREATE TABLE partners (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (organisation_id),
    partner_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL, -- 1 is the first
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL,
    replaced_at TIMESTAMP, -- when the next version was written
    sort_key TEXT COLLATE "C" NOT NULL, -- of its name
    has_contacts BOOLEAN NOT NULL, -- whether it names people, who are forgotten in time
    content TEXT NOT NULL, -- what it says, as JSON
    PRIMARY KEY (organisation_id, partner_id, version)
);
CREATE INDEX partners_by_name ON partners (organisation_id, sort_key, partner_id);
