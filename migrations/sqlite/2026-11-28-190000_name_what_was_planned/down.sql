DROP INDEX interventions_by_referral;
DROP INDEX interventions_by_workshop;
DROP INDEX interventions_by_planned_session;
ALTER TABLE interventions DROP COLUMN tags;
ALTER TABLE interventions DROP COLUMN referral_id;
ALTER TABLE interventions DROP COLUMN workshop_id;
ALTER TABLE interventions DROP COLUMN planned_session_id;
-- A principle that followed from the plan alone is forgotten with it.
UPDATE interventions SET principle = NULL, means = means - 17179869184 WHERE (means & 17179869184) <> 0;
