-- Whether a version has a note, its own or one of its interventions: purging notes reads no JSON of versions without any.
ALTER TABLE report_versions ADD COLUMN has_notes BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE report_versions SET has_notes = TRUE WHERE note IS NOT NULL OR interventions LIKE '%"note":"%';
