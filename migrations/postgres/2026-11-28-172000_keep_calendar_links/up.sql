-- The secret addresses at which somebody's calendar is read; they end with the account.
CREATE TABLE calendar_links (
    organisation_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    link_id TEXT COLLATE "C" NOT NULL,
    token_hash TEXT COLLATE "C" NOT NULL, -- of the secret in the address
    name TEXT NOT NULL, -- what reads it
    created_at TIMESTAMP NOT NULL,
    last_read_at TIMESTAMP, -- to the day
    PRIMARY KEY (organisation_id, account_id, link_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, account_id)
);
CREATE INDEX calendar_links_by_link ON calendar_links (organisation_id, link_id);
