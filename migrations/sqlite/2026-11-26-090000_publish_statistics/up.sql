-- Writes to a closed month that were refused, so that its coordinator knows for whom to reopen it.
CREATE TABLE refused_writes (
    organisation_id TEXT NOT NULL,
    month TEXT NOT NULL,
    advisor_id TEXT NOT NULL,
    writes INTEGER NOT NULL, -- since the month was closed
    last_refused_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation_id, month, advisor_id),
    FOREIGN KEY (organisation_id, month) REFERENCES months (organisation_id, month)
) WITHOUT ROWID;

-- Figures as they were published: never changed.
CREATE TABLE publications (
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
    publication_id TEXT NOT NULL,
    from_month TEXT NOT NULL,
    to_month TEXT NOT NULL,
    deliberation_number TEXT,
    published_at TIMESTAMP NOT NULL,
    published_by TEXT NOT NULL,
    digest TEXT NOT NULL, -- SHA-256 of the content
    content TEXT NOT NULL, -- canonical JSON (RFC 8785), byte for byte
    PRIMARY KEY (organisation_id, publication_id)
) WITHOUT ROWID;

-- Links by which somebody without an account reads a publication.
CREATE TABLE shared_links (
    organisation_id TEXT NOT NULL,
    link_id TEXT NOT NULL,
    publication_id TEXT NOT NULL,
    token_hash TEXT NOT NULL, -- SHA-256 of its secret
    name TEXT NOT NULL, -- for whom
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    views BIGINT NOT NULL DEFAULT 0, -- how often it was read
    last_viewed_at TIMESTAMP,
    PRIMARY KEY (organisation_id, link_id),
    FOREIGN KEY (organisation_id, publication_id) REFERENCES publications (organisation_id, publication_id)
) WITHOUT ROWID;

-- What filters of figures keep 5 % by is found, and counted, in an index alone.
CREATE INDEX interventions_by_advisor ON interventions (
    organisation_id, advisor_id, report_date, kind, setting, principle, commune_code, themes, participants,
    recurring_participants, duration_minutes, referrals
);
CREATE INDEX interventions_by_commune ON interventions (
    organisation_id, commune_code, report_date, kind, setting, principle, themes, participants,
    recurring_participants, duration_minutes, referrals
);
CREATE INDEX interventions_by_theme ON interventions (
    organisation_id, themes, report_date, kind, setting, principle, commune_code, participants,
    recurring_participants, duration_minutes, referrals
);
CREATE INDEX interventions_by_kind ON interventions (
    organisation_id, kind, setting, report_date, principle, commune_code, themes, participants,
    recurring_participants, duration_minutes, referrals
);
