-- The day comes first, as with interventions: at 17:00 all advisors report the same one, and write the same few pages. No index by
-- advisor: each report would write a page of its own there, and an advisor's days are found one by one (storage/reports/advisor_days.rs).
ALTER TABLE reports DROP CONSTRAINT reports_pkey CASCADE; -- with the references to it, which are made again
ALTER TABLE reports ADD PRIMARY KEY (organisation_id, report_date, advisor_id);
ALTER TABLE interventions
    ADD FOREIGN KEY (organisation_id, advisor_id, report_date) REFERENCES reports (organisation_id, advisor_id, report_date);
ALTER TABLE report_versions
    ADD FOREIGN KEY (organisation_id, advisor_id, report_date) REFERENCES reports (organisation_id, advisor_id, report_date);
DROP INDEX reports_by_day;
