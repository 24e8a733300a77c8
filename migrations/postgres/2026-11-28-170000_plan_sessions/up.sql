-- Rules by which sessions recur: a row a version, of which the last is not replaced.
CREATE TABLE schedules (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (organisation_id),
    schedule_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL, -- 1 is the first
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL,
    replaced_at TIMESTAMP, -- when the next version was written
    sort_key TEXT COLLATE "C" NOT NULL, -- of its name
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    content TEXT NOT NULL, -- what it says, as JSON
    PRIMARY KEY (organisation_id, schedule_id, version)
);
CREATE INDEX schedules_by_name ON schedules (organisation_id, sort_key, schedule_id) WHERE replaced_at IS NULL;
-- What is planned for a day, likewise; a session that follows from a schedule has a row once somebody has changed it or an
-- intervention has named it.
CREATE TABLE planned_sessions (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (organisation_id),
    planned_session_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL,
    replaced_at TIMESTAMP,
    day DATE NOT NULL,
    schedule_id TEXT COLLATE "C", -- the schedule by which it was planned
    scheduled_on DATE, -- and for which day
    referral_id TEXT COLLATE "C", -- whose first visit it is
    has_words BOOLEAN NOT NULL, -- that are forgotten in time
    content TEXT NOT NULL,
    PRIMARY KEY (organisation_id, planned_session_id, version)
);
CREATE INDEX planned_sessions_by_day ON planned_sessions (organisation_id, day) WHERE replaced_at IS NULL;
CREATE INDEX planned_sessions_by_schedule ON planned_sessions (organisation_id, scheduled_on) WHERE schedule_id IS NOT NULL;
CREATE INDEX planned_sessions_by_referral ON planned_sessions (organisation_id, referral_id) WHERE referral_id IS NOT NULL;
