-- One tally a month, of all advisors together: a batch of reports then writes one row for its month, and not one for each advisor, which
-- was a quarter of all pages that it wrote. What some advisors did is read from their interventions.
CREATE TABLE tallies_of_months AS
SELECT sums.*, COALESCE(named.details, '{}') AS details
FROM (SELECT organisation_id, month,
    sum(workshops_held) AS workshops_held,
    sum(workshop_participants) AS workshop_participants,
    sum(individual_interventions) AS individual_interventions,
    sum(individual_supports) AS individual_supports,
    sum(one_off_interventions) AS one_off_interventions,
    sum(one_off_requests) AS one_off_requests,
    sum(recurring_participants) AS recurring_participants,
    sum(workshop_minutes) AS workshop_minutes,
    sum(individual_minutes) AS individual_minutes,
    sum(one_off_minutes) AS one_off_minutes,
    sum(reports) AS reports,
    sum(absences) AS absences,
    sum(late_reports) AS late_reports,
    sum(referrals) AS referrals,
    sum(first_visits_accompanied) AS first_visits_accompanied
    FROM tallies GROUP BY organisation_id, month) AS sums
LEFT JOIN (
    SELECT organisation_id, month, json_group_object(key, json_array(interventions, supports)) AS details
    FROM (
        SELECT organisation_id, month, key, sum(value ->> 0) AS interventions, sum(value ->> 1) AS supports
        FROM tallies, json_each(details) GROUP BY organisation_id, month, key ORDER BY organisation_id, month, key
    )
    WHERE interventions <> 0 OR supports <> 0
    GROUP BY organisation_id, month
) AS named USING (organisation_id, month);
DROP TABLE tallies;
CREATE TABLE tallies (
    organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
    month TEXT NOT NULL,
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
    PRIMARY KEY (organisation_id, month)
) WITHOUT ROWID;
INSERT INTO tallies SELECT * FROM tallies_of_months ORDER BY organisation_id, month;
DROP TABLE tallies_of_months;
