DROP TABLE refresh_tokens;

-- Made anew, for the columns stood in another order. Sessions go on until their access tokens expire.
CREATE TABLE old_sessions (
    organisation_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    token_hash TEXT NOT NULL, -- SHA-256 of the refresh token that is good
    previous_token_hash TEXT, -- SHA-256 of the one before
    device TEXT,
    created_at TIMESTAMP NOT NULL,
    refreshed_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    PRIMARY KEY (organisation_id, session_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, account_id)
) WITHOUT ROWID;

INSERT INTO old_sessions
SELECT organisation_id, session_id, account_id, '', NULL, device, created_at, refreshed_at, expires_at, ended_at
FROM sessions;

DROP TABLE sessions;
ALTER TABLE old_sessions RENAME TO sessions;
CREATE INDEX sessions_by_account ON sessions (organisation_id, account_id);
