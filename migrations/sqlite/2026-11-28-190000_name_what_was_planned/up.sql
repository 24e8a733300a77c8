-- What interventions name of the field beside places and partners. As there, whoever writes checks what is named.
ALTER TABLE interventions ADD COLUMN planned_session_id TEXT;
ALTER TABLE interventions ADD COLUMN workshop_id TEXT;
ALTER TABLE interventions ADD COLUMN referral_id TEXT;
ALTER TABLE interventions ADD COLUMN tags TEXT; -- identifiers, separated by blanks

-- Whether a session was held, a sheet used and a referral answered is asked of the few interventions that name them.
CREATE INDEX interventions_by_planned_session ON interventions (organisation_id, planned_session_id) WHERE planned_session_id IS NOT NULL;
CREATE INDEX interventions_by_workshop ON interventions (organisation_id, workshop_id) WHERE workshop_id IS NOT NULL;
CREATE INDEX interventions_by_referral ON interventions (organisation_id, referral_id) WHERE referral_id IS NOT NULL;
