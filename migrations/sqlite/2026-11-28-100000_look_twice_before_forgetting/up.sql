-- When a job was last looked at, done or not: one that forgets is done when the clock told about the same a day before.
ALTER TABLE jobs ADD COLUMN looked_at TIMESTAMP;
-- When somebody said that the clock is right and that the job may forget what it found.
ALTER TABLE jobs ADD COLUMN confirmed_at TIMESTAMP;
-- When somebody was told that their account will be erased.
ALTER TABLE accounts ADD COLUMN warned_at TIMESTAMP;
UPDATE jobs SET looked_at = last_run_at;
-- A version has a note too when it names a place where somebody lives: it is forgotten with the notes.
UPDATE report_versions SET has_notes = TRUE
WHERE interventions LIKE '%"setting":"home"%' AND interventions LIKE '%"place_name":"%';
