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
CREATE INDEX interventions_by_workshop ON interventions (organisation_id, workshop_id) WHERE workshop_id IS NOT NULL;
