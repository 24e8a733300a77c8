-- As on PostgreSQL, no foreign key holds a report to its advisor, nor an intervention to its report: to look both up took a twentieth of
-- what a report took the writer, which knows both when it stores them. `quotidien check` looks for rows that name what is not there.
-- The tables stay as they are, however large: SQLite keeps its schema as text, and takes a key away by a change of that
-- (https://www.sqlite.org/lang_altertable.html, section 7).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'UNIQUE (organisation_id, intervention_id, advisor_id), -- ids sort by time, for the same reason
    FOREIGN KEY (organisation_id, advisor_id, report_date) REFERENCES reports (organisation_id, advisor_id, report_date)',
    'UNIQUE (organisation_id, intervention_id, advisor_id) -- ids sort by time, for the same reason')
WHERE type = 'table' AND name = 'interventions';
UPDATE sqlite_schema SET sql = replace(sql, 'PRIMARY KEY (organisation_id, report_date, advisor_id),
    FOREIGN KEY (organisation_id, advisor_id) REFERENCES accounts (organisation_id, account_id)',
    'PRIMARY KEY (organisation_id, report_date, advisor_id)')
WHERE type = 'table' AND name = 'reports';
PRAGMA writable_schema = RESET;
-- Tells other connections, as any change of the schema does, that it is to be read again.
CREATE TABLE told (number INTEGER);
DROP TABLE told;
