-- Reports by advisor, then day, as before.
ALTER TABLE reports DROP CONSTRAINT reports_pkey CASCADE; -- with the references to it, which are made again
ALTER TABLE reports ADD PRIMARY KEY (organisation_id, advisor_id, report_date);
ALTER TABLE interventions
    ADD FOREIGN KEY (organisation_id, advisor_id, report_date) REFERENCES reports (organisation_id, advisor_id, report_date);
ALTER TABLE report_versions
    ADD FOREIGN KEY (organisation_id, advisor_id, report_date) REFERENCES reports (organisation_id, advisor_id, report_date);
CREATE INDEX reports_by_day ON reports (organisation_id, report_date, advisor_id);
