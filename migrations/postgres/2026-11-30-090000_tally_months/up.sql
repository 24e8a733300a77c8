-- One tally a month, of all advisors together: a batch of reports then writes one row for its month, and not one for each advisor, which
-- was a quarter of all pages that it wrote. What some advisors did is read from their interventions.
CREATE TABLE tallies_of_months AS
SELECT sums.*, COALESCE(named.details, '{}') AS details
FROM (SELECT organisation_id, month,
    sum(workshops_held)::integer AS workshops_held,
    sum(workshop_participants)::integer AS workshop_participants,
    sum(individual_interventions)::integer AS individual_interventions,
    sum(individual_supports)::integer AS individual_supports,
    sum(one_off_interventions)::integer AS one_off_interventions,
    sum(one_off_requests)::integer AS one_off_requests,
    sum(recurring_participants)::integer AS recurring_participants,
    sum(workshop_minutes)::integer AS workshop_minutes,
    sum(individual_minutes)::integer AS individual_minutes,
    sum(one_off_minutes)::integer AS one_off_minutes,
    sum(reports)::integer AS reports,
    sum(absences)::integer AS absences,
    sum(late_reports)::integer AS late_reports,
    sum(referrals)::integer AS referrals,
    sum(first_visits_accompanied)::integer AS first_visits_accompanied
    FROM tallies GROUP BY organisation_id, month) AS sums
LEFT JOIN (
    SELECT organisation_id, month,
        '{' || string_agg(format('"%s":[%s,%s]', key, interventions, supports), ',' ORDER BY key COLLATE "C") || '}' AS details
    FROM (
        SELECT organisation_id, month, key, sum((value ->> 0)::bigint) AS interventions, sum((value ->> 1)::bigint) AS supports
        FROM tallies, json_each(details::json) GROUP BY organisation_id, month, key
    ) AS keys
    WHERE interventions <> 0 OR supports <> 0
    GROUP BY organisation_id, month
) AS named USING (organisation_id, month);
-- The table stays the same one, as Citus has distributed it.
TRUNCATE tallies;
ALTER TABLE tallies DROP COLUMN advisor_id; -- with the primary key and the reference to the advisor
ALTER TABLE tallies ADD PRIMARY KEY (organisation_id, month);
ALTER TABLE tallies ADD FOREIGN KEY (organisation_id) REFERENCES organisations (organisation_id);
INSERT INTO tallies SELECT * FROM tallies_of_months ORDER BY organisation_id, month;
DROP TABLE tallies_of_months;
