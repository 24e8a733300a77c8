-- What the national form asks beside, and where and with whom: all of it may be left unsaid. The places and partners have no
-- foreign keys, since their keys are those of their versions; whoever writes checks them.
ALTER TABLE interventions ADD COLUMN means BIGINT NOT NULL DEFAULT 0; -- a mask: equipment, autonomy, level, and what was not sent
ALTER TABLE interventions ADD COLUMN place_id TEXT;
ALTER TABLE interventions ADD COLUMN partner_id TEXT; -- the one that was sent, or the one of the place
ALTER TABLE interventions ADD COLUMN procedure TEXT;
ALTER TABLE interventions ADD COLUMN extra TEXT; -- JSON: what no figure asks for
