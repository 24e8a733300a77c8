-- PostgreSQL looked up and locked, for each report, the advisor whom it names, and for each intervention its report: a seventh of what
-- a report took it. The writer knows both when it stores them, under the organisation's lock; `quotidien check` looks for rows that
-- name what is not there.
ALTER TABLE reports DROP CONSTRAINT reports_organisation_id_advisor_id_fkey;
ALTER TABLE interventions DROP CONSTRAINT interventions_organisation_id_advisor_id_report_date_fkey;
