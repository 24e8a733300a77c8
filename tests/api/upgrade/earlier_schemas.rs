//! Databases of each earlier schema, with rows in every table that it had: today's program brings each up to date and answers
//! the same, and the way back loses nothing either.

use quotidien::domain::calendar::Month;
use quotidien::domain::identifiers::OrganisationId;
use quotidien::storage::{AnyConnection, check, migrations};
use serde_json::json;

use super::{ORGANISATION, answers, ask, items, migrate_once, revert_once, upgraded};
use crate::command_line::quotidien;
use crate::migrations::names;
use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    a_database_of_any_earlier_schema_comes_up_to_date,
    a_database_goes_back_to_any_earlier_schema,
    a_backup_of_an_earlier_schema_comes_up_to_date_when_it_is_restored,
    the_rows_of_this_test_are_in_every_table,
);

/// What later schemas have in columns that the stored rows lack: the table, the column, and its value from the others. The
/// people of an intervention stand by name, and by letter once the migration that letters them has run.
const LATER_COLUMNS: [(&str, &str, &str); 4] = [
    (
        "interventions",
        "people",
        r#"CASE kind || (SELECT count(*) FROM __diesel_schema_migrations WHERE version = '20261128140000')
            WHEN 'one_off0' THEN '{}' WHEN 'one_off1' THEN '{}'
            WHEN 'individual1' THEN '{"f":2,"k":2}'
            WHEN 'workshop1' THEN '{"a":2,"b":1,"c":2,"d":1,"e":2,"f":3,"g":1,"h":2,"i":4,"j":3,"k":7,"l":4,"m":1,"n":3,'
                || '"o":5,"p":2}'
            WHEN 'individual0' THEN '{"age_groups":{"70_plus":2},"genders":{"female":2}}'
            ELSE '{"age_groups":{"12_17":2,"18_24":1,"25_39":2,"40_59":1,"60_69":2,"70_plus":3,"under_12":1},'
                || '"follow_ups":{"individual":2,"redirected":4,"workshop":3},"genders":{"female":7,"male":4},'
                || '"situations":{"employed":1,"in_school":3,"retired":5,"unemployed":2}}' END"#,
    ),
    (
        "report_versions",
        "has_notes",
        r#"note IS NOT NULL OR interventions LIKE '%"note":"%'"#,
    ),
    ("organisations", "slug", "'le-mans-metropole'"),
    ("organisations", "publishes", "TRUE"),
];

/// The tokens of the links to the publication, to the partner's page and to the calendar, that of the key, and the one that
/// continues the session.
const LINK: &str = "AaIeLwYTd-mPLrTjXNUzLQGiH_n-U3HanTbTirmTljemLf8-i9aDsL5shcA5JPidBUzBeBQQ9hSZHhBNPr1yNA";
const PARTNER_LINK: &str = "AaIeLwYTd-mPLrTjXNUzLQGiH_n-aXEAgAAAAAAAAGnqbOjxm3hiznb-Cbc1ql2N9_5m-lB43EKRiilQTPoLNw";
const CALENDAR_LINK: &str = "AaIeLwYTd-mPLrTjXNUzLQGiH_n-bXEAgAAAAAAAAG3svUTp-sLlFzeVttzZLCCmDlenpJtZe-4PQ07k2FbWAg";
const KEY: &str = "qk_AaIeLwYTd-mPLrTjXNUzLQGiH_n-WXMpie-nr7Qh2gnkMomKH9zIhdLYaOcvTzJdYu1RmutZnJKMHc-KUMAUOw";
const REFRESH: &str = "AaIeLwYTd-mPLrTjXNUzLQGiH_n-NnYyp9bNAk_ciicM5oIb4CrjHkvaEzvbG0tFELXPW769Ch1tzr3mB3mFcA";
const PUBLICATION: &str = "/v1/publications/01a21ff9-fe4b-7220-86a3-726a6c1dec1e";
const LISTED: &str = "/v1/reports?from=2022-05-01&to=2022-05-31";
/// The day whose intervention says what only later schemas keep.
const SAYS_MORE: &str = "/v1/advisors/01a21ff9-fe63-7100-8000-000000000001/reports/2022-06-07";

/// The things of the field: their table, the path of their list, and what the first one says in a field.
const THINGS: [(&str, &str, &str, &str); 10] = [
    ("partners", "/v1/partners", "name", "CCAS d'Allonnes"),
    ("places", "/v1/places", "name", "Marché des Sablons"),
    ("tags", "/v1/tags", "name", "Semaine du numérique"),
    ("workshops", "/v1/workshops", "title", "Premiers pas sur internet"),
    ("agreements", "/v1/agreements", "words", "Le mardi matin."),
    ("meetings", "/v1/meetings", "words", "Cherche des ateliers."),
    ("requests", "/v1/requests", "status", "planned"),
    ("schedules", "/v1/schedules", "name", "Permanence du CCAS"),
    (
        "planned_sessions",
        "/v1/planned-sessions?from=2022-10-12&to=2022-10-12",
        "outcome",
        "held",
    ),
    ("referrals", "/v1/referrals", "note", "Préfère les matins"),
];

/// The tables and their columns, with the types that PostgreSQL has for them.
fn columns(connection: &mut AnyConnection) -> Vec<[String; 3]> {
    let query = match connection {
        AnyConnection::Sqlite(_) => {
            "SELECT m.name || ' ' || c.name || ' ' || c.type AS text
            FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'
                AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' ORDER BY m.name, c.name"
        }
        AnyConnection::Postgres(_) => {
            "SELECT table_name || ' ' || column_name || ' ' || data_type AS text FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'
            ORDER BY table_name COLLATE \"C\", column_name COLLATE \"C\""
        }
    };
    let lines = sql::texts(connection, query).into_iter();
    lines
        .map(|line| {
            let parts: Vec<String> = line.splitn(3, ' ').map(str::to_owned).collect();
            parts.try_into().unwrap()
        })
        .collect()
}

/// Puts the stored rows into the tables that there are, each with the columns that there are.
fn fill(connection: &mut AnyConnection) {
    let there = columns(connection);
    let stored = [include_str!("rows.sql"), include_str!("beside.sql")];
    let lines: Vec<&str> = stored
        .iter()
        .flat_map(|file| file.lines())
        .filter(|line| !line.starts_with("--"))
        .collect();
    for statement in lines.chunks(2) {
        let [head, values] = statement else {
            panic!("a statement is two lines: {statement:?}")
        };
        let head = head
            .strip_prefix("INSERT INTO ")
            .and_then(|head| head.strip_suffix(')'));
        let (table, said) = head.and_then(|head| head.split_once(" (")).unwrap();
        let values = values.strip_suffix(';').unwrap();
        let mut into = Vec::new();
        let mut from = Vec::new();
        for [_, column, kind] in there.iter().filter(|[of, ..]| of == table) {
            let later = LATER_COLUMNS
                .iter()
                .find(|(of, name, _)| of == &table && name == column);
            let value = match later {
                Some((.., value)) => value,
                None if said.split(", ").any(|name| name == column) => column.as_str(),
                None => continue,
            };
            into.push(column.as_str());
            from.push(match connection {
                AnyConnection::Sqlite(_) => value.to_owned(),
                AnyConnection::Postgres(_) => format!("CAST({value} AS {kind})"),
            });
        }
        if !into.is_empty() {
            let (into, from) = (into.join(", "), from.join(", "));
            let insert =
                format!("WITH stored ({said}) AS ({values}) INSERT INTO {table} ({into}) SELECT {from} FROM stored");
            sql::execute(connection, &insert);
        }
    }
}

/// Every row of every table but for sessions, whose older tokens no later schema keeps.
fn rows(connection: &mut AnyConnection) -> Vec<String> {
    let mut rows = Vec::new();
    for table in columns(connection).chunk_by(|[one, ..], [other, ..]| one == other) {
        let name = &table[0][0];
        let values: Vec<String> = table
            .iter()
            .map(|[_, column, _]| format!("'{column}=' || CAST({column} AS TEXT)"))
            .collect();
        let query = format!(
            "SELECT concat_ws(' ', '{name}', {}) AS text FROM {name}",
            values.join(", ")
        );
        if name != "sessions" {
            rows.extend(sql::texts(connection, &query));
        }
    }
    rows.sort();
    rows
}

/// A database of the schema after so many migrations, with the stored rows.
fn filled(like: &TestDatabase, migrations_run: usize) -> TestDatabase {
    let older = TestDatabase::empty(like.engine()).unwrap();
    let connection = &mut older.connect();
    for _ in 0..migrations_run {
        migrate_once(connection);
    }
    fill(connection);
    older
}

async fn a_database_of_any_earlier_schema_comes_up_to_date(database: TestDatabase) {
    for migrations_run in 1..=names("migrations/sqlite").len() {
        answers_as_ever(&filled(&database, migrations_run), migrations_run).await;
    }
}

async fn a_database_goes_back_to_any_earlier_schema(database: TestDatabase) {
    let newest = names("migrations/sqlite").len();
    for migrations_run in 1..newest {
        let older = filled(&database, migrations_run);
        let connection = &mut older.connect();
        let before = rows(connection);
        migrations::run_pending(connection).unwrap();
        for _ in migrations_run..newest {
            revert_once(connection);
        }
        assert_eq!(rows(connection), before, "there and back from {migrations_run}");
    }
}

async fn a_backup_of_an_earlier_schema_comes_up_to_date_when_it_is_restored(database: TestDatabase) {
    let newest = names("migrations/sqlite").len();
    let folder = tempfile::tempdir().unwrap();
    for migrations_run in [1, newest / 2, newest - 1] {
        let older = filled(&database, migrations_run);
        let file = folder.path().join(format!("{migrations_run}.backup"));
        let restored = TestDatabase::migrated(database.engine()).unwrap();
        for (command, on) in [("backup", &older), ("restore", &restored)] {
            let ran = quotidien(&[command, file.to_str().unwrap()], Some(&on.address()), "");
            let said = String::from_utf8_lossy(&ran.stderr);
            assert!(ran.status.success(), "{command} of {migrations_run}: {said}");
        }
        let api = answers_the_same(&restored, migrations_run).await;
        assert_eq!(continues_the_session(&api).await, 401, "everybody signs in anew");
    }
}

/// What becomes of the stored session.
async fn continues_the_session(api: &Api) -> u16 {
    let body = json!({"refresh_token": REFRESH});
    api.post("/v1/sessions/refresh").json(&body).send().await.status
}

async fn answers_as_ever(older: &TestDatabase, migrations_run: usize) {
    let api = answers_the_same(older, migrations_run).await;
    assert_eq!(continues_the_session(&api).await, 201, "{migrations_run}");
}

/// Asks the service on a database that had so many migrations for all that there is.
async fn answers_the_same(older: &TestDatabase, migrations_run: usize) -> Api {
    let (api, advisor, coordinator) = upgraded(older).await;
    for (path, answer) in &answers() {
        assert_eq!(ask(&api, &coordinator, path).await, *answer, "{migrations_run}: {path}");
    }
    let listed = ask(&api, &coordinator, LISTED).await;
    assert_eq!(ask(&api, &advisor, "/v1/me/export").await["reports"], listed["items"]);
    for day in items(&listed) {
        let path = advisor.report(day["date"].as_str().unwrap());
        assert_eq!(ask(&api, &advisor, &path).await, *day, "{migrations_run}");
    }
    let closed = ask(&api, &coordinator, "/v1/months?from=2022-04&to=2022-05").await;
    let april = items(&closed).iter().find(|month| month["month"] == "2022-04").unwrap();
    assert_eq!(april["status"], "closed", "{migrations_run}");
    nothing_is_wrong(&api, coordinator.organisation).await;
    what_later_schemas_brought_is_there(older, &api, &coordinator).await;
    api
}

/// The key, the publication, links and things of the field work where the older schema had them.
async fn what_later_schemas_brought_is_there(older: &TestDatabase, api: &Api, coordinator: &Person) {
    let connection = &mut older.connect();
    if sql::count(connection, "api_keys", "true") > 0 {
        let read = api.get(LISTED).bearer(KEY).send().await.expect(200).json();
        assert_eq!(read["items"].as_array().unwrap().len(), 3);
    }
    for (table, list, field, value) in THINGS {
        if sql::count(connection, table, "true") > 0 {
            let listed = api.get(list).by(coordinator).send().await.expect(200).json();
            assert_eq!(items(&listed)[0][field], value, "{table}");
        }
    }
    let said_more = sql::count(connection, "interventions", "means > 0") > 0;
    says_more_where_the_schema_had_room(api, coordinator, said_more).await;
    for (table, path, part) in [
        (
            "partner_links",
            format!("/partner/{PARTNER_LINK}"),
            "Premiers pas sur internet",
        ),
        (
            "calendar_links",
            format!("/calendar/{CALENDAR_LINK}.ics"),
            "BEGIN:VCALENDAR",
        ),
    ] {
        if sql::count(connection, table, "true") > 0 {
            let page = api.get(&path).send().await.expect(200);
            assert!(String::from_utf8_lossy(&page.body).contains(part), "{table}");
        }
    }
    if sql::count(connection, "organisations", "publishes") > 0 {
        let open = "/open/le-mans-metropole/calendar.json";
        api.get(open).send().await.expect(200);
    }
    if sql::count(connection, "publications", "true") > 0 {
        let published = ask(api, coordinator, PUBLICATION).await;
        assert_eq!(published["from"], "2022-04");
        let page = api.get(&format!("/shared/{LINK}")).send().await.expect(200);
        assert!(String::from_utf8_lossy(&page.body).contains("Le Mans Métropole"));
    }
}

/// An intervention whose commune and partner follow from its place tells what was sent of it; without the columns it is one that
/// said its commune.
async fn says_more_where_the_schema_had_room(api: &Api, by: &Person, had_room: bool) {
    let day = api.get(SAYS_MORE).by(by).send().await.expect(200).json();
    let mut said = day["interventions"][0].clone();
    let expected = if had_room {
        json!({
            "equipment": ["computer", "phone"], "autonomy": "partly_autonomous", "residences": {"72003": 1},
            "procedure": "Demande de logement social", "place_id": "01a21ff9-fe62-7100-8000-000000000003",
            "partner_id": null, "commune_code": null
        })
    } else {
        json!({
            "equipment": [], "autonomy": null, "residences": {}, "procedure": null, "place_id": null, "partner_id": null,
            "commune_code": "72181"
        })
    };
    let fields = said.as_object_mut().unwrap();
    fields.retain(|field, _| expected.get(field).is_some());
    assert_eq!(said, expected);
}

/// What `quotidien check` looks at.
async fn nothing_is_wrong(api: &Api, organisation: OrganisationId) {
    let faults = api.store.read(check::faults_of_files).await.unwrap();
    assert_eq!(faults, Vec::<String>::new());
    let months = move |connection: &mut _| check::months(connection, organisation);
    let months: Vec<Month> = api.store.read(months).await.unwrap();
    assert!(!months.is_empty());
    for month in months {
        let difference = move |connection: &mut _| check::difference(connection, organisation, month);
        assert_eq!(api.store.read(difference).await.unwrap(), None);
    }
}

async fn the_rows_of_this_test_are_in_every_table(database: TestDatabase) {
    let filled = TestDatabase::empty(database.engine()).unwrap();
    let connection = &mut filled.connect();
    migrations::run_pending(connection).unwrap();
    fill(connection);
    let empty: Vec<String> = columns(connection)
        .chunk_by(|[one, ..], [other, ..]| one == other)
        .map(|table| table[0][0].clone())
        .filter(|table| sql::count(connection, table, "true") == 0)
        .collect();
    assert_eq!(empty, Vec::<String>::new(), "the tables without rows");
    assert_eq!(
        sql::count(
            connection,
            "organisations",
            &format!("organisation_id = '{ORGANISATION}'")
        ),
        1
    );
}
