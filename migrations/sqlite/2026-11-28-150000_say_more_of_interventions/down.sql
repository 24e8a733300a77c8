-- A commune and a principle that were not sent, but followed from the field, are forgotten with it.
UPDATE interventions SET commune_code = NULL WHERE (means & 4294967296) <> 0;
UPDATE interventions SET principle = NULL WHERE (means & 17179869184) <> 0;
ALTER TABLE interventions DROP COLUMN extra;
ALTER TABLE interventions DROP COLUMN procedure;
ALTER TABLE interventions DROP COLUMN partner_id;
ALTER TABLE interventions DROP COLUMN place_id;
ALTER TABLE interventions DROP COLUMN means;
