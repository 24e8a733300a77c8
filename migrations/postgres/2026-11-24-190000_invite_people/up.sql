-- Tokens that set the password of an account, once.
CREATE TABLE invitations (
    organisation_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    token_hash TEXT COLLATE "C" NOT NULL, -- SHA-256 of its secret
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation_id, account_id, token_hash),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, account_id)
);
