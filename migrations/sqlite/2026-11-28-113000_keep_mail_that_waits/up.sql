-- Messages that wait to be sent. A row goes as soon as its message is sent or given up, and with its invitation.
CREATE TABLE outbox (
    organisation_id TEXT NOT NULL,
    account_id TEXT NOT NULL, -- whom it is for; the address is that of the account when it is sent
    message_id TEXT NOT NULL,
    token_hash TEXT, -- the invitation that it brings, if it brings one
    content TEXT NOT NULL, -- what it says, as JSON; sealed where there is a secret
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL, -- when it is given up
    tries INTEGER NOT NULL DEFAULT 0,
    next_try_at TIMESTAMP NOT NULL,
    leased_by TEXT, -- the instance that is sending it
    leased_until TIMESTAMP,
    PRIMARY KEY (organisation_id, account_id, message_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, account_id),
    FOREIGN KEY (organisation_id, account_id, token_hash)
        REFERENCES invitations (organisation_id, account_id, token_hash) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX outbox_by_next_try ON outbox (next_try_at);
