DROP TABLE refresh_tokens;

-- Made anew, for the columns stood in another order. Sessions go on until their access tokens expire.
CREATE TABLE old_sessions (
    organisation_id TEXT COLLATE "C" NOT NULL,
    session_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    token_hash TEXT COLLATE "C" NOT NULL, -- SHA-256 of the refresh token that is good
    previous_token_hash TEXT COLLATE "C", -- SHA-256 of the one before
    device TEXT,
    created_at TIMESTAMP NOT NULL,
    refreshed_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    PRIMARY KEY (organisation_id, session_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, account_id)
);

INSERT INTO old_sessions
SELECT organisation_id, session_id, account_id, '', NULL, device, created_at, refreshed_at, expires_at, ended_at
FROM sessions;

DROP TABLE sessions;
ALTER TABLE old_sessions RENAME TO sessions;
ALTER TABLE sessions RENAME CONSTRAINT old_sessions_pkey TO sessions_pkey;
ALTER TABLE sessions RENAME CONSTRAINT old_sessions_organisation_id_account_id_fkey
    TO sessions_organisation_id_account_id_fkey;
CREATE INDEX sessions_by_account ON sessions (organisation_id, account_id);
