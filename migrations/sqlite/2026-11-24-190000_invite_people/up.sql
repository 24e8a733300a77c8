-- Tokens that set the password of an account, once.
CREATE TABLE invitations (
    organisation_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    token_hash TEXT NOT NULL, -- SHA-256 of its secret
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation_id, account_id, token_hash),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, account_id)
) WITHOUT ROWID;
