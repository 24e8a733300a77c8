-- The secret addresses at which somebody's calendar is read; they end with the account.
CREATE TABLE calendar_links (
    organisation_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    link_id TEXT NOT NULL,
    token_hash TEXT NOT NULL, -- of the secret in the address
    name TEXT NOT NULL, -- what reads it
    created_at TIMESTAMP NOT NULL,
    last_read_at TIMESTAMP, -- to the day
    PRIMARY KEY (organisation_id, account_id, link_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, account_id)
) WITHOUT ROWID;
CREATE INDEX calendar_links_by_link ON calendar_links (organisation_id, link_id);
