ALTER TABLE reports ADD FOREIGN KEY (organisation_id, advisor_id) REFERENCES accounts (organisation_id, account_id);
ALTER TABLE interventions
    ADD FOREIGN KEY (organisation_id, advisor_id, report_date) REFERENCES reports (organisation_id, advisor_id, report_date);
