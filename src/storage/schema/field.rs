//! The tables of what stands around the reports.

diesel::table! {
    places (organisation_id, place_id, version) {
        organisation_id -> Text,
        place_id -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Text,
        replaced_at -> Nullable<Timestamp>,
        sort_key -> Text,
        commune_code -> Text,
        partner_id -> Nullable<Text>,
        status -> Text,
        merged_into -> Nullable<Text>,
        content -> Text,
    }
}

diesel::table! {
    schedules (organisation_id, schedule_id, version) {
        organisation_id -> Text,
        schedule_id -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Text,
        replaced_at -> Nullable<Timestamp>,
        sort_key -> Text,
        starts_on -> Date,
        ends_on -> Date,
        content -> Text,
    }
}

diesel::table! {
    planned_sessions (organisation_id, planned_session_id, version) {
        organisation_id -> Text,
        planned_session_id -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Text,
        replaced_at -> Nullable<Timestamp>,
        day -> Date,
        schedule_id -> Nullable<Text>,
        scheduled_on -> Nullable<Date>,
        referral_id -> Nullable<Text>,
        has_words -> Bool,
        content -> Text,
    }
}

diesel::table! {
    referrals (organisation_id, referral_id, version) {
        organisation_id -> Text,
        referral_id -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Text,
        replaced_at -> Nullable<Timestamp>,
        advisor_id -> Text,
        received_on -> Date,
        closed_on -> Nullable<Date>,
        is_forgotten -> Bool,
        content -> Text,
    }
}

diesel::table! {
    partners (organisation_id, partner_id, version) {
        organisation_id -> Text,
        partner_id -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Text,
        replaced_at -> Nullable<Timestamp>,
        sort_key -> Text,
        has_contacts -> Bool,
        content -> Text,
    }
}

diesel::table! {
    tags (organisation_id, tag_id, version) {
        organisation_id -> Text,
        tag_id -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Text,
        replaced_at -> Nullable<Timestamp>,
        sort_key -> Text,
        content -> Text,
    }
}

diesel::table! {
    workshops (organisation_id, workshop_id, version) {
        organisation_id -> Text,
        workshop_id -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Text,
        replaced_at -> Nullable<Timestamp>,
        sort_key -> Text,
        content -> Text,
    }
}

diesel::table! {
    agreements (organisation_id, agreement_id, version) {
        organisation_id -> Text,
        agreement_id -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Text,
        replaced_at -> Nullable<Timestamp>,
        partner_id -> Text,
        starts_on -> Date,
        ends_on -> Date,
        signed_on -> Nullable<Date>,
        content -> Text,
    }
}

diesel::table! {
    meetings (organisation_id, meeting_id, version) {
        organisation_id -> Text,
        meeting_id -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Text,
        replaced_at -> Nullable<Timestamp>,
        partner_id -> Text,
        day -> Date,
        has_words -> Bool,
        content -> Text,
    }
}

diesel::table! {
    requests (organisation_id, request_id, version) {
        organisation_id -> Text,
        request_id -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
        updated_by -> Text,
        replaced_at -> Nullable<Timestamp>,
        partner_id -> Text,
        kind -> Text,
        status -> Text,
        received_on -> Date,
        has_contact -> Bool,
        content -> Text,
    }
}

diesel::table! {
    partner_links (organisation_id, link_id) {
        organisation_id -> Text,
        link_id -> Text,
        agreement_id -> Text,
        partner_id -> Text,
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
