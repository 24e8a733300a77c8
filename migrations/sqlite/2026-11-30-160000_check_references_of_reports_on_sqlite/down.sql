PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'UNIQUE (organisation_id, intervention_id, advisor_id) -- ids sort by time, for the same reason',
    'UNIQUE (organisation_id, intervention_id, advisor_id), -- ids sort by time, for the same reason
    FOREIGN KEY (organisation_id, advisor_id, report_date) REFERENCES reports (organisation_id, advisor_id, report_date)')
WHERE type = 'table' AND name = 'interventions';
UPDATE sqlite_schema SET sql = replace(sql, 'PRIMARY KEY (organisation_id, report_date, advisor_id)',
    'PRIMARY KEY (organisation_id, report_date, advisor_id),
    FOREIGN KEY (organisation_id, advisor_id) REFERENCES accounts (organisation_id, account_id)')
WHERE type = 'table' AND name = 'reports';
PRAGMA writable_schema = RESET;
-- Tells other connections, as any change of the schema does, that it is to be read again.
CREATE TABLE told (number INTEGER);
DROP TABLE told;
