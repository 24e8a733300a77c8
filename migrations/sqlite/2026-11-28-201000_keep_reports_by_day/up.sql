-- The day comes first, as with interventions: at 17:00 all advisors report the same one, and write the same few pages. No index by
-- advisor: each report would write a page of its own there, and an advisor's days are found one by one (storage/reports/advisor_days.rs).
-- The references of interventions and versions hold again once each report is back, before the commit.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE reports_kept AS SELECT * FROM reports;
DROP TABLE reports;
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
    PRIMARY KEY (organisation_id, report_date, advisor_id),
    FOREIGN KEY (organisation_id, advisor_id) REFERENCES accounts (organisation_id, account_id)
) WITHOUT ROWID;
INSERT INTO reports SELECT * FROM reports_kept ORDER BY organisation_id, report_date, advisor_id;
DROP TABLE reports_kept;
CREATE INDEX reports_by_change ON reports (organisation_id, change_seq);
