-- The figures of a month stand under one of those who reported in it, so that they are right for all together at once. What each did is
-- in their reports: `quotidien check --repair` counts it anew.
CREATE TABLE tallies_of_months AS SELECT * FROM tallies;
DROP TABLE tallies;
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
INSERT INTO tallies
SELECT organisation_id, month, advisor_id, workshops_held, workshop_participants, individual_interventions, individual_supports, one_off_interventions,
    one_off_requests, recurring_participants, workshop_minutes, individual_minutes, one_off_minutes, reports, absences, late_reports, referrals, first_visits_accompanied,
    details
FROM tallies_of_months JOIN (
    SELECT organisation_id, substr(report_date, 1, 7) AS month, min(advisor_id) AS advisor_id FROM reports GROUP BY 1, 2
) AS reported USING (organisation_id, month);
DROP TABLE tallies_of_months;
