-- Every refresh token of a session that is good, or was used: a token works until one of its successors was used, and its
-- use after that ends the session.
CREATE TABLE refresh_tokens (
    organisation_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    token_hash TEXT NOT NULL, -- SHA-256 of its secret
    generation INTEGER NOT NULL, -- in its session, from 1; siblings have the same
    issued_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP, -- when it was first used
    PRIMARY KEY (organisation_id, session_id, token_hash),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, session_id)
) WITHOUT ROWID;

INSERT INTO refresh_tokens (organisation_id, session_id, token_hash, generation, issued_at)
SELECT organisation_id, session_id, token_hash, 1, refreshed_at FROM sessions;

-- The generation of the last token that was used; 0: none yet.
ALTER TABLE sessions ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions DROP COLUMN token_hash;
ALTER TABLE sessions DROP COLUMN previous_token_hash;
