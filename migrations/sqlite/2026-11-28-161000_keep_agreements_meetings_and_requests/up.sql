-- Agreements with partners for a period: a row a version, of which the last is not replaced.
CREATE TABLE agreements (
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
    agreement_id TEXT NOT NULL,
    version BIGINT NOT NULL, -- 1 is the first
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT NOT NULL,
    replaced_at TIMESTAMP, -- when the next version was written
    partner_id TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    signed_on DATE, -- in force from then on
    content TEXT NOT NULL, -- what it says, as JSON
    PRIMARY KEY (organisation_id, agreement_id, version)
) WITHOUT ROWID;
CREATE INDEX agreements_by_start ON agreements (organisation_id, starts_on, agreement_id);
CREATE INDEX agreements_by_partner ON agreements (organisation_id, partner_id);

-- Meetings with partners: a row a version, of which the last is not replaced.
CREATE TABLE meetings (
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
    meeting_id TEXT NOT NULL,
    version BIGINT NOT NULL, -- 1 is the first
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT NOT NULL,
    replaced_at TIMESTAMP, -- when the next version was written
    partner_id TEXT NOT NULL,
    day DATE NOT NULL,
    has_words BOOLEAN NOT NULL, -- whether it says who was met or what was said, which is forgotten in time
    content TEXT NOT NULL, -- what it says, as JSON
    PRIMARY KEY (organisation_id, meeting_id, version)
) WITHOUT ROWID;
CREATE INDEX meetings_by_day ON meetings (organisation_id, day, meeting_id);
CREATE INDEX meetings_by_partner ON meetings (organisation_id, partner_id);

-- Requests of partners: a row a version, of which the last is not replaced.
CREATE TABLE requests (
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
    request_id TEXT NOT NULL,
    version BIGINT NOT NULL, -- 1 is the first
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT NOT NULL,
    replaced_at TIMESTAMP, -- when the next version was written
    partner_id TEXT NOT NULL,
    kind TEXT NOT NULL, -- workshop, equipment
    status TEXT NOT NULL, -- received, planned, granted, declined, withdrawn
    received_on DATE NOT NULL,
    has_contact BOOLEAN NOT NULL, -- whether it names somebody, who is forgotten in time
    content TEXT NOT NULL, -- what it says, as JSON
    PRIMARY KEY (organisation_id, request_id, version)
) WITHOUT ROWID;
CREATE INDEX requests_by_day ON requests (organisation_id, received_on, request_id);
