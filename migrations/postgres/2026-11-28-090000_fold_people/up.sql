-- The people by group take one column, not one a group: a group or a field that is new finds room. The table is made
-- anew, in one pass over its rows.
CREATE TABLE interventions_folded (
    organisation_id TEXT COLLATE "C" NOT NULL,
    advisor_id TEXT COLLATE "C" NOT NULL,
    report_date DATE NOT NULL,
    position INTEGER NOT NULL, -- in the report, from 0
    intervention_id TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    participants INTEGER NOT NULL,
    recurring_participants INTEGER NOT NULL,
    duration_minutes INTEGER NOT NULL,
    setting TEXT NOT NULL,
    principle TEXT,
    commune_code TEXT,
    place_name TEXT,
    themes BIGINT NOT NULL, -- a mask: the bits of the nomenclature
    people TEXT COLLATE "C" NOT NULL, -- JSON: numbers by list and group, without those of nobody
    referrals BIGINT NOT NULL, -- a mask: the bits of the nomenclature, to whom people were sent and who sent them
    note TEXT
);

INSERT INTO interventions_folded
SELECT
    organisation_id, advisor_id, report_date, position, intervention_id, kind, participants, recurring_participants,
    duration_minutes, setting, principle, commune_code, place_name, themes,
    '{' || concat_ws(',',
        '"age_groups":{' || nullif(concat_ws(',',
            CASE WHEN age_12_17 <> 0 THEN '"12_17":' || age_12_17 END,
            CASE WHEN age_18_24 <> 0 THEN '"18_24":' || age_18_24 END,
            CASE WHEN age_25_39 <> 0 THEN '"25_39":' || age_25_39 END,
            CASE WHEN age_40_59 <> 0 THEN '"40_59":' || age_40_59 END,
            CASE WHEN age_60_69 <> 0 THEN '"60_69":' || age_60_69 END,
            CASE WHEN age_70_plus <> 0 THEN '"70_plus":' || age_70_plus END,
            CASE WHEN age_under_12 <> 0 THEN '"under_12":' || age_under_12 END), '') || '}',
        '"follow_ups":{' || nullif(concat_ws(',',
            CASE WHEN follow_up_individual <> 0 THEN '"individual":' || follow_up_individual END,
            CASE WHEN follow_up_redirected <> 0 THEN '"redirected":' || follow_up_redirected END,
            CASE WHEN follow_up_workshop <> 0 THEN '"workshop":' || follow_up_workshop END), '') || '}',
        '"genders":{' || nullif(concat_ws(',',
            CASE WHEN gender_female <> 0 THEN '"female":' || gender_female END,
            CASE WHEN gender_male <> 0 THEN '"male":' || gender_male END), '') || '}',
        '"situations":{' || nullif(concat_ws(',',
            CASE WHEN situation_employed <> 0 THEN '"employed":' || situation_employed END,
            CASE WHEN situation_in_school <> 0 THEN '"in_school":' || situation_in_school END,
            CASE WHEN situation_retired <> 0 THEN '"retired":' || situation_retired END,
            CASE WHEN situation_unemployed <> 0 THEN '"unemployed":' || situation_unemployed END), '') || '}') || '}',
    referrals, note
FROM interventions;

DROP TABLE interventions;
ALTER TABLE interventions_folded RENAME TO interventions;

-- The day first: at 17:00 all report the same one, and write the same few pages; ids sort by time, for the same reason.
ALTER TABLE interventions ADD PRIMARY KEY (organisation_id, report_date, advisor_id, position),
    ADD UNIQUE (organisation_id, intervention_id, advisor_id),
    ADD FOREIGN KEY (organisation_id, advisor_id, report_date) REFERENCES reports (organisation_id, advisor_id, report_date);

-- What filters of figures keep 5 % by is found, and counted, in an index alone.
CREATE INDEX interventions_by_advisor ON interventions (organisation_id, advisor_id, report_date)
    INCLUDE (kind, setting, principle, commune_code, themes, participants, recurring_participants,
    duration_minutes, referrals);
CREATE INDEX interventions_by_commune ON interventions (organisation_id, commune_code, report_date)
    INCLUDE (kind, setting, principle, themes, participants, recurring_participants, duration_minutes,
    referrals);
CREATE INDEX interventions_by_theme ON interventions (organisation_id, themes, report_date)
    INCLUDE (kind, setting, principle, commune_code, participants, recurring_participants, duration_minutes,
    referrals);
CREATE INDEX interventions_by_kind ON interventions (organisation_id, kind, setting, report_date)
    INCLUDE (principle, commune_code, themes, participants, recurring_participants, duration_minutes, referrals);
