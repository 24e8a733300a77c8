//! The tables as diesel sees them; the same in both databases, as a test compares.

mod field;

pub use field::*;

diesel::table! {
    organisations (organisation_id) {
        organisation_id -> Text,
        name -> Text,
        time_zone -> Text,
        working_days -> Integer,
        reminder_after_days -> Nullable<Integer>,
        change_seq -> BigInt,
        created_at -> Timestamp,
        holidays -> Text,
        change_epoch -> Text,
        territory -> Text,
        slug -> Nullable<Text>,
        publishes -> Bool,
    }
}

diesel::table! {
    slugs (slug) {
        slug -> Text,
        organisation_id -> Text,
    }
}

diesel::table! {
    accounts (organisation_id, account_id) {
        organisation_id -> Text,
        account_id -> Text,
        role -> Text,
        name -> Text,
        email -> Text,
        password_hash -> Nullable<Text>,
        working_days -> Nullable<Integer>,
        created_at -> Timestamp,
        last_seen_at -> Nullable<Timestamp>,
        deactivated_at -> Nullable<Timestamp>,
        anonymised_at -> Nullable<Timestamp>,
        reminded_on -> Nullable<Date>,
        warned_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    activity_periods (organisation_id, advisor_id, starts_on) {
        organisation_id -> Text,
        advisor_id -> Text,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
    }
}

diesel::table! {
    sign_ins (email) {
        email -> Text,
        organisation_id -> Text,
        account_id -> Text,
    }
}

diesel::table! {
    invitations (organisation_id, account_id, token_hash) {
        organisation_id -> Text,
        account_id -> Text,
        token_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    sessions (organisation_id, session_id) {
        organisation_id -> Text,
        session_id -> Text,
        account_id -> Text,
        device -> Nullable<Text>,
        created_at -> Timestamp,
        refreshed_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        generation -> Integer,
    }
}

diesel::table! {
    refresh_tokens (organisation_id, session_id, token_hash) {
        organisation_id -> Text,
        session_id -> Text,
        token_hash -> Text,
        generation -> Integer,
        issued_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    reports (organisation_id, report_date, advisor_id) {
        organisation_id -> Text,
        advisor_id -> Text,
        report_date -> Date,
        version -> BigInt,
        change_seq -> BigInt,
        received_at -> Timestamp,
        received_on -> Date,
        updated_at -> Timestamp,
        recorded_at -> Nullable<Timestamp>,
        recorded_by -> Text,
        recorded_through -> Nullable<Text>,
        absence -> Nullable<Text>,
        note -> Nullable<Text>,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    interventions (organisation_id, report_date, advisor_id, position) {
        organisation_id -> Text,
        advisor_id -> Text,
        report_date -> Date,
        position -> Integer,
        intervention_id -> Text,
        kind -> Text,
        participants -> Integer,
        recurring_participants -> Integer,
        duration_minutes -> Integer,
        setting -> Text,
        principle -> Nullable<Text>,
        commune_code -> Nullable<Text>,
        place_name -> Nullable<Text>,
        themes -> BigInt,
        people -> Text,
        referrals -> BigInt,
        note -> Nullable<Text>,
        means -> BigInt,
        place_id -> Nullable<Text>,
        partner_id -> Nullable<Text>,
        procedure -> Nullable<Text>,
        extra -> Nullable<Text>,
        planned_session_id -> Nullable<Text>,
        workshop_id -> Nullable<Text>,
        referral_id -> Nullable<Text>,
        tags -> Nullable<Text>,
    }
}

diesel::table! {
    report_versions (organisation_id, advisor_id, report_date, version) {
        organisation_id -> Text,
        advisor_id -> Text,
        report_date -> Date,
        version -> BigInt,
        change_seq -> BigInt,
        received_at -> Timestamp,
        received_on -> Date,
        updated_at -> Timestamp,
        recorded_at -> Nullable<Timestamp>,
        recorded_by -> Text,
        recorded_through -> Nullable<Text>,
        absence -> Nullable<Text>,
        note -> Nullable<Text>,
        deleted_at -> Nullable<Timestamp>,
        interventions -> Text,
        has_notes -> Bool,
    }
}

diesel::table! {
    tallies (organisation_id, month) {
        organisation_id -> Text,
        month -> Text,
        workshops_held -> Integer,
        workshop_participants -> Integer,
        individual_interventions -> Integer,
        individual_supports -> Integer,
        one_off_interventions -> Integer,
        one_off_requests -> Integer,
        recurring_participants -> Integer,
        workshop_minutes -> Integer,
        individual_minutes -> Integer,
        one_off_minutes -> Integer,
        reports -> Integer,
        absences -> Integer,
        late_reports -> Integer,
        referrals -> Integer,
        first_visits_accompanied -> Integer,
        details -> Text,
    }
}

diesel::table! {
    months (organisation_id, month) {
        organisation_id -> Text,
        month -> Text,
        status -> Text,
        changed_at -> Timestamp,
        changed_by -> Text,
        comment -> Nullable<Text>,
        digest -> Nullable<Text>,
    }
}

diesel::table! {
    refused_writes (organisation_id, month, advisor_id) {
        organisation_id -> Text,
        month -> Text,
        advisor_id -> Text,
        writes -> Integer,
        last_refused_at -> Timestamp,
    }
}

diesel::table! {
    publications (organisation_id, publication_id) {
        organisation_id -> Text,
        publication_id -> Text,
        from_month -> Text,
        to_month -> Text,
        deliberation_number -> Nullable<Text>,
        published_at -> Timestamp,
        published_by -> Text,
        digest -> Text,
        content -> Text,
    }
}

diesel::table! {
    shared_links (organisation_id, link_id) {
        organisation_id -> Text,
        link_id -> Text,
        publication_id -> Text,
        token_hash -> Text,
        name -> Text,
        created_by -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        views -> BigInt,
        last_viewed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    calendar_links (organisation_id, account_id, link_id) {
        organisation_id -> Text,
        account_id -> Text,
        link_id -> Text,
        token_hash -> Text,
        name -> Text,
        created_at -> Timestamp,
        last_read_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    signing_keys (key_id) {
        key_id -> Text,
        private_key -> Text,
        public_key -> Text,
        created_at -> Timestamp,
        signs_from -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    access_counter (name) {
        name -> Text,
        changes -> BigInt,
    }
}

diesel::table! {
    api_keys (organisation_id, key_id) {
        organisation_id -> Text,
        key_id -> Text,
        name -> Text,
        token_hash -> Text,
        scopes -> BigInt,
        created_by -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    audit_entries (organisation_id, recorded_at, entry_id) {
        organisation_id -> Text,
        recorded_at -> Timestamp,
        entry_id -> Text,
        action -> Text,
        actor -> Nullable<Text>,
        subject -> Nullable<Text>,
    }
}

diesel::table! {
    jobs (name) {
        name -> Text,
        leased_by -> Nullable<Text>,
        leased_until -> Nullable<Timestamp>,
        last_run_at -> Nullable<Timestamp>,
        looked_at -> Nullable<Timestamp>,
        confirmed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    outbox (organisation_id, account_id, message_id) {
        organisation_id -> Text,
        account_id -> Text,
        message_id -> Text,
        token_hash -> Nullable<Text>,
        content -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        tries -> Integer,
        next_try_at -> Timestamp,
        leased_by -> Nullable<Text>,
        leased_until -> Nullable<Timestamp>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    organisations,
    slugs,
    accounts,
    activity_periods,
    sign_ins,
    invitations,
    sessions,
    refresh_tokens,
    reports,
    interventions,
    report_versions,
    tallies,
    months,
    refused_writes,
    publications,
    shared_links,
    partners,
    places,
    tags,
    workshops,
    agreements,
    meetings,
    requests,
    partner_links,
    planned_sessions,
    referrals,
    calendar_links,
    schedules,
    signing_keys,
    access_counter,
    api_keys,
    audit_entries,
    jobs,
    outbox
);
