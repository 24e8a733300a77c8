-- Links by which partners read their page, by the hashes of their tokens.
CREATE TABLE partner_links (
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
    link_id TEXT NOT NULL,
    agreement_id TEXT NOT NULL, -- for which it was made
    partner_id TEXT NOT NULL, -- whose page it shows
    token_hash TEXT NOT NULL,
    name TEXT NOT NULL, -- for whom it is
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    views BIGINT NOT NULL DEFAULT 0,
    last_viewed_at TIMESTAMP,
    PRIMARY KEY (organisation_id, link_id)
) WITHOUT ROWID;
