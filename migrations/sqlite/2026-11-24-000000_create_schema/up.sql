-- The tenants. Every other tenant table begins its key with organisation_id, which is also the key to shard by.
CREATE TABLE organisations (
    organisation_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    working_days INTEGER NOT NULL DEFAULT 31, -- a bit a weekday, Monday first: 31 is Monday to Friday
    reminder_after_days INTEGER, -- working days without a report before a reminder; NULL: none
    change_seq BIGINT NOT NULL DEFAULT 0, -- counts the organisation's changes; its row is the lock of every write
    created_at TIMESTAMP NOT NULL
) WITHOUT ROWID;

CREATE TABLE accounts (
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
    account_id TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL, -- lower case
    password_hash TEXT, -- argon2id, PHC format; NULL until the invitation is taken up
    working_days INTEGER, -- NULL: the organisation's
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP,
    deactivated_at TIMESTAMP,
    anonymised_at TIMESTAMP,
    PRIMARY KEY (organisation_id, account_id)
) WITHOUT ROWID;

CREATE TABLE activity_periods (
    organisation_id TEXT NOT NULL,
    advisor_id TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE, -- the last day; NULL: no end known
    PRIMARY KEY (organisation_id, advisor_id, starts_on),
    FOREIGN KEY (organisation_id, advisor_id) REFERENCES accounts (organisation_id, account_id)
) WITHOUT ROWID;

-- Finds the tenant of an address that signs in: not a tenant table.
CREATE TABLE sign_ins (
    email TEXT NOT NULL PRIMARY KEY, -- lower case; unique on the instance
    organisation_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, account_id)
) WITHOUT ROWID;

CREATE TABLE sessions (
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

-- An advisor's day. A deleted report stays as a tombstone, so that its version never restarts.
CREATE TABLE reports (
    organisation_id TEXT NOT NULL,
    advisor_id TEXT NOT NULL,
    report_date DATE NOT NULL,
    version BIGINT NOT NULL, -- counts writes of the day, deletions included; never restarts
    change_seq BIGINT NOT NULL, -- of the organisation, at this version
    received_at TIMESTAMP NOT NULL,
    received_on DATE NOT NULL, -- the day that it was then in the organisation's zone
    updated_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP, -- the device's clock
    recorded_by TEXT NOT NULL,
    recorded_through TEXT, -- the session or key that wrote
    absence TEXT,
    note TEXT,
    deleted_at TIMESTAMP, -- set: a tombstone
    PRIMARY KEY (organisation_id, advisor_id, report_date),
    FOREIGN KEY (organisation_id, advisor_id) REFERENCES accounts (organisation_id, account_id)
) WITHOUT ROWID;

-- Ages, genders, situations and follow-ups are columns, so that breakdowns are sums.
CREATE TABLE interventions (
    organisation_id TEXT NOT NULL,
    advisor_id TEXT NOT NULL,
    report_date DATE NOT NULL,
    position INTEGER NOT NULL, -- in the report, from 0
    intervention_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    participants INTEGER NOT NULL,
    recurring_participants INTEGER NOT NULL,
    duration_minutes INTEGER NOT NULL,
    setting TEXT NOT NULL,
    principle TEXT,
    commune_code TEXT,
    place_name TEXT,
    themes BIGINT NOT NULL, -- a mask: the bits of the nomenclature
    age_under_12 INTEGER NOT NULL,
    age_12_17 INTEGER NOT NULL,
    age_18_24 INTEGER NOT NULL,
    age_25_39 INTEGER NOT NULL,
    age_40_59 INTEGER NOT NULL,
    age_60_69 INTEGER NOT NULL,
    age_70_plus INTEGER NOT NULL,
    gender_female INTEGER NOT NULL,
    gender_male INTEGER NOT NULL,
    situation_in_school INTEGER NOT NULL,
    situation_unemployed INTEGER NOT NULL,
    situation_employed INTEGER NOT NULL,
    situation_retired INTEGER NOT NULL,
    follow_up_individual INTEGER NOT NULL,
    follow_up_workshop INTEGER NOT NULL,
    follow_up_redirected INTEGER NOT NULL,
    referrals BIGINT NOT NULL, -- a mask: the bits of the nomenclature, to whom people were sent and who sent them
    note TEXT,
    -- The day first: at 17:00 all report the same one, and write the same few pages.
    PRIMARY KEY (organisation_id, report_date, advisor_id, position),
    UNIQUE (organisation_id, intervention_id, advisor_id), -- ids sort by time, for the same reason
    FOREIGN KEY (organisation_id, advisor_id, report_date) REFERENCES reports (organisation_id, advisor_id, report_date)
) WITHOUT ROWID;

-- Every replaced or deleted version of a report.
CREATE TABLE report_versions (
    organisation_id TEXT NOT NULL,
    advisor_id TEXT NOT NULL,
    report_date DATE NOT NULL,
    version BIGINT NOT NULL,
    change_seq BIGINT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    received_on DATE NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP,
    recorded_by TEXT NOT NULL,
    recorded_through TEXT,
    absence TEXT,
    note TEXT,
    deleted_at TIMESTAMP,
    interventions TEXT NOT NULL, -- JSON: the rows as they stood
    PRIMARY KEY (organisation_id, advisor_id, report_date, version),
    FOREIGN KEY (organisation_id, advisor_id, report_date) REFERENCES reports (organisation_id, advisor_id, report_date)
) WITHOUT ROWID;

-- Sums of the reports of a month, kept in the transaction of each report: the annex is read from here.
CREATE TABLE tallies (
    organisation_id TEXT NOT NULL,
    month TEXT NOT NULL,
    advisor_id TEXT NOT NULL,
    workshops_held INTEGER NOT NULL,
    workshop_participants INTEGER NOT NULL,
    individual_interventions INTEGER NOT NULL,
    individual_supports INTEGER NOT NULL,
    one_off_interventions INTEGER NOT NULL,
    one_off_requests INTEGER NOT NULL,
    recurring_participants INTEGER NOT NULL,
    workshop_minutes INTEGER NOT NULL,
    individual_minutes INTEGER NOT NULL,
    one_off_minutes INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    absences INTEGER NOT NULL,
    late_reports INTEGER NOT NULL, -- that came after the month was over
    referrals INTEGER NOT NULL,
    first_visits_accompanied INTEGER NOT NULL,
    details TEXT NOT NULL, -- JSON: {"theme/email": [interventions, supports]}, zeros left out
    PRIMARY KEY (organisation_id, month, advisor_id),
    FOREIGN KEY (organisation_id, advisor_id) REFERENCES accounts (organisation_id, account_id)
) WITHOUT ROWID;

CREATE TABLE months (
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
    month TEXT NOT NULL,
    status TEXT NOT NULL, -- open, closed or reopened
    changed_at TIMESTAMP NOT NULL,
    changed_by TEXT NOT NULL,
    comment TEXT,
    digest TEXT, -- of the month's figures, when closed
    PRIMARY KEY (organisation_id, month)
) WITHOUT ROWID;

-- Shared by all instances: not a tenant table.
CREATE TABLE signing_keys (
    key_id TEXT NOT NULL PRIMARY KEY,
    private_key TEXT NOT NULL, -- PKCS #8, base64
    public_key TEXT NOT NULL, -- raw, base64url
    created_at TIMESTAMP NOT NULL,
    signs_from TIMESTAMP NOT NULL,
    retired_at TIMESTAMP
) WITHOUT ROWID;

-- Leases of background work: not a tenant table.
CREATE TABLE jobs (
    name TEXT NOT NULL PRIMARY KEY,
    leased_by TEXT,
    leased_until TIMESTAMP,
    last_run_at TIMESTAMP
) WITHOUT ROWID;

CREATE INDEX sessions_by_account ON sessions (organisation_id, account_id);
CREATE INDEX reports_by_day ON reports (organisation_id, report_date, advisor_id);
CREATE INDEX reports_by_change ON reports (organisation_id, change_seq);
