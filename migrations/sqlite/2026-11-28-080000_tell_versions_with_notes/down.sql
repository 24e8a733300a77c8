ALTER TABLE report_versions DROP COLUMN has_notes;
