-- How often somebody's access was ended or changed; instances that see it change look at everybody's anew.
CREATE TABLE access_counter (
    name TEXT NOT NULL PRIMARY KEY,
    changes BIGINT NOT NULL
) WITHOUT ROWID;

INSERT INTO access_counter (name, changes) VALUES ('access', 0);

-- The keys of programs of other makers.
CREATE TABLE api_keys (
    organisation_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL, -- SHA-256 of its secret
    scopes BIGINT NOT NULL, -- a mask
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    revoked_at TIMESTAMP,
    PRIMARY KEY (organisation_id, key_id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES accounts (organisation_id, account_id)
) WITHOUT ROWID;

-- Who did what to whom, without the values.
CREATE TABLE audit_entries (
    organisation_id TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    entry_id TEXT NOT NULL,
    action TEXT NOT NULL,
    actor TEXT, -- an account; NULL: the command line, a job, or nobody who is known
    subject TEXT, -- the account, key, session or month that it was done to
    PRIMARY KEY (organisation_id, recorded_at, entry_id)
) WITHOUT ROWID;

-- The administrators of the instance are accounts of an organisation that is nobody's.
INSERT INTO organisations (organisation_id, name, time_zone, working_days, change_seq, created_at)
VALUES ('00000000-0000-0000-0000-000000000000', 'Quotidien', 'UTC', 31, 0, '2026-11-24 00:00:00');
