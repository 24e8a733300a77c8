-- Somebody for whom a social or outreach worker asks for help: a row a version, of which the last is not replaced.
CREATE TABLE referrals (
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
    referral_id TEXT NOT NULL,
    version BIGINT NOT NULL, -- 1 is the first
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT NOT NULL,
    replaced_at TIMESTAMP, -- when the next version was written
    advisor_id TEXT NOT NULL,
    received_on DATE NOT NULL,
    closed_on DATE,
    is_forgotten BOOLEAN NOT NULL, -- who it is about
    content TEXT NOT NULL, -- what it says, as JSON
    PRIMARY KEY (organisation_id, referral_id, version)
) WITHOUT ROWID;
CREATE INDEX referrals_by_day ON referrals (organisation_id, received_on, referral_id) WHERE replaced_at IS NULL;
