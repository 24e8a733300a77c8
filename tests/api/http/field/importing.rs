//! Importing places: each line of a file is accounted for, and nothing is taken that is only likely.

use quotidien::domain::field::communes::Commune;
use serde_json::{Value, json};

use crate::support::api::{Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    every_line_of_a_file_of_two_hundred_is_accounted_for,
    the_import_of_our_own_export_changes_nothing,
    a_place_is_found_by_our_identifier_or_a_shared_token_and_by_nothing_else,
    nothing_newer_is_overwritten_and_an_empty_cell_says_nothing,
    the_json_of_la_coop_and_the_table_of_the_national_map_are_read,
    a_file_that_cannot_be_read_is_refused_as_a_whole,
);

/// The columns of the sample: some of the schema, in another order, and one that it does not have.
const HEADINGS: [&str; 18] = [
    "nom",
    "id",
    "pivot",
    "commune",
    "code_postal",
    "code_insee",
    "adresse",
    "latitude",
    "longitude",
    "typologie",
    "telephone",
    "horaires",
    "presentation_resume",
    "date_maj",
    "services",
    "modalites_acces",
    "autres_formations_labels",
    "remarque interne",
];

/// Names that are not alike.
const NAMES: [&str; 20] = [
    "Amarante",
    "Bruyère",
    "Cyclamen",
    "Dahlia",
    "Edelweiss",
    "Fuchsia",
    "Genêt",
    "Hortensia",
    "Iris",
    "Jonquille",
    "Kerria",
    "Lilas",
    "Muguet",
    "Nénuphar",
    "",
    "Orchidée",
    "Pivoine",
    "Quamash",
    "Romarin",
    "Sureau",
];

async fn import(api: &Api, cast: &Cast, media_type: &str, query: &str, file: &[u8]) -> Value {
    let call = api.post(&format!("/v1/places/import{query}")).by(&cast.coordinator);
    let call = call.bytes(file).header("content-type", media_type);
    call.send().await.expect(200).json()
}

async fn import_json(api: &Api, cast: &Cast, places: &Value) -> Value {
    import(api, cast, "application/json", "", places.to_string().as_bytes()).await
}

async fn put(api: &Api, cast: &Cast, number: usize, body: &Value) {
    let call = api
        .put(&format!("/v1/places/{}", id(number)))
        .by(&cast.coordinator)
        .json(body);
    call.send().await.expect(201);
}

/// How many versions of places there are.
async fn rows(api: &Api, condition: &'static str) -> i64 {
    let count = api
        .store
        .read(|connection| Ok(sql::count(connection, "places", condition)));
    count.await.unwrap()
}

fn id(number: usize) -> String {
    format!("0198f3c2-7c1e-7d2a-8f05-{number:012}")
}

/// What is expected of a line: its result, and the column and the code of its fault, or why it is proposed.
type Expected = (&'static str, &'static str);

/// The kinds of lines: what their cells say otherwise than a sound line, and what is expected. `{block}` is the number of the
/// block, `{ours}` the identifier of the place that we have of it.
const KINDS: [(&[(&str, &str)], Expected); 20] = [
    (&[], CREATED),
    (&[("telephone", "02 43 47 47 47")], CREATED),
    (&[("pivot", "21720003900014")], CREATED),
    (&[("pivot", "217200039")], ("refused", "pivot invalid_pivot")),
    (&[("telephone", "12 34")], ("refused", "telephone invalid_phone")),
    (&[("telephone", "02 43 47 47 47 ou 02 43 47 47 48")], CREATED),
    // The same place again, named the same.
    (
        &[
            ("nom", "Amarante"),
            ("id", "Fichier_{block}-0"),
            ("adresse", "1 rue Amarante"),
        ],
        ("same", ""),
    ),
    // The same place again, without its name in national lists.
    (
        &[("nom", "La Bruyère"), ("id", ""), ("adresse", "2, rue de la bruyere")],
        ("proposed", "alike"),
    ),
    (&[("typologie", "BIB|XYZ")], ("refused", "typologie unknown_code")),
    (&[("horaires", "lundi matin")], CREATED),
    (
        &[
            ("latitude", "48,0077"),
            ("longitude", "0,1984"),
            ("date_maj", "27/11/2026"),
        ],
        CREATED,
    ),
    (
        &[("presentation_resume", "{long}")],
        ("refused", "presentation_resume too_long"),
    ),
    (&[("modalites_acces", "Ce lieu n’accueille pas de public")], CREATED),
    // A spreadsheet took the first nought of a postal code and of a commune.
    (
        &[
            ("nom", "{words}"),
            ("code_postal", "1000"),
            ("code_insee", "1053"),
            ("adresse", "{block} quai"),
        ],
        CREATED,
    ),
    (&[], ("empty", "")),
    (&[("nom", "")], ("refused", "nom too_short")),
    (&[("code_insee", "")], CREATED),
    (&[("code_insee", "99999")], ("refused", "code_insee invalid_commune")),
    (&[("latitude", "0"), ("longitude", "0")], CREATED),
    // Known here; newer in the file, or not.
    (
        &[
            ("id", "Carto_{block}__Le-Mans_{ours}"),
            ("date_maj", "{newer or older}"),
        ],
        ("changed", ""),
    ),
];
const CREATED: Expected = ("created", "");

/// A line of the sample, by its kind, in a block that is in one commune.
fn line(kind: usize, block: usize, commune: &Commune) -> (Vec<String>, Expected) {
    let (others, expected) = KINDS[kind];
    let is_newer = block.is_multiple_of(2);
    let fill = |text: &str| {
        text.replace("{block}", &block.to_string())
            .replace("{ours}", &id(block))
            .replace("{words}", &format!("{} {}", NAMES[block], NAMES[block + 10]))
            .replace("{long}", &"é".repeat(281))
            .replace("{newer or older}", if is_newer { "2030-01-01" } else { "2021-01-01" })
    };
    let cell = |heading: &str| match (others.iter().find(|(other, _)| *other == heading), heading) {
        _ if expected.0 == "empty" => " ".to_owned(),
        (Some((_, text)), _) => fill(text),
        (None, "nom") => NAMES[kind].to_owned(),
        (None, "id") => format!("Fichier_{block}-{kind}"),
        (None, "pivot") => "0".repeat(14),
        (None, "commune") => commune.name.to_owned(),
        (None, "code_postal") => commune.postal_codes().next().unwrap().to_owned(),
        (None, "code_insee") => commune.code.to_owned(),
        (None, "adresse") => format!("{} rue {}", kind + 1, NAMES[kind]),
        (None, "latitude") => "48.0077".to_owned(),
        (None, "longitude") => "0.1984".to_owned(),
        (None, "typologie") => "BIB".to_owned(),
        (None, "telephone") => "+33243474747".to_owned(),
        (None, "horaires") => "Mo-Fr 09:00-12:00".to_owned(),
        (None, "date_maj") => "2026-01-01".to_owned(),
        (None, "services") => "Aide aux démarches administratives".to_owned(),
        (None, "modalites_acces") => "Se présenter|Téléphoner".to_owned(),
        (None, "autres_formations_labels") => "QPV".to_owned(),
        (None, other) => format!("{other} dit"),
    };
    let cells = HEADINGS.map(cell).to_vec();
    match expected.0 {
        "changed" if !is_newer => (cells, ("proposed", "not_newer")),
        _ => (cells, expected),
    }
}

/// The file, as a spreadsheet in an office writes it: semicolons, CRLF, Windows-1252; and what is expected of each line.
fn sample() -> (Vec<u8>, Vec<Expected>) {
    let communes = Commune::of_epci("247200132", 2022);
    let mut text = HEADINGS.join(";") + "\r\n";
    let mut expected = Vec::new();
    for (block, commune) in communes.iter().take(10).enumerate() {
        for kind in 0..20 {
            let (cells, becomes) = line(kind, block, commune);
            text += &(cells.join(";") + "\r\n");
            expected.push(becomes);
        }
    }
    let byte = |c: char| match c {
        '’' => 0x92,
        c => u8::try_from(u32::from(c)).unwrap(),
    };
    (text.chars().map(byte).collect(), expected)
}

/// The same file in UTF-8 with a byte-order mark, as other spreadsheets write it.
fn marked(file: &[u8]) -> Vec<u8> {
    let sign = |byte: &u8| if *byte == 0x92 { '’' } else { char::from(*byte) };
    let text: String = file.iter().map(sign).collect();
    format!("\u{feff}{text}").into_bytes()
}

async fn every_line_of_a_file_of_two_hundred_is_accounted_for(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for (block, commune) in Commune::of_epci("247200132", 2022).iter().take(10).enumerate() {
        put(
            &api,
            &cast,
            block,
            &json!({"name": "Vieux nom", "commune_code": commune.code}),
        )
        .await;
    }
    let (file, expected) = sample();
    assert_eq!(expected.len(), 200);
    let count = |result: &str| expected.iter().filter(|(becomes, _)| *becomes == result).count();
    let dry = import(&api, &cast, "text/csv", "?dry_run=true", &file).await;
    let with_a_mark = import(&api, &cast, "text/csv", "?dry_run=true", &marked(&file)).await;
    assert_eq!(rows(&api, "replaced_at IS NULL").await, 10, "a dry run writes nothing");
    let wet = import(&api, &cast, "text/csv; charset=windows-1252", "", &file).await;
    for (told, is_dry, is_marked) in [(&dry, true, false), (&with_a_mark, true, true), (&wet, false, false)] {
        assert_eq!(told["is_windows_1252"], !is_marked);
        assert_eq!(told["unread_columns"], json!(["remarque interne"]));
        for result in ["created", "changed", "same", "proposed", "refused", "empty"] {
            assert_eq!(told[result], json!(count(result)), "{result}");
        }
        let lines = told["lines"].as_array().unwrap();
        let said: Vec<(usize, &Expected)> = (2..)
            .zip(&expected)
            .filter(|(_, (becomes, _))| *becomes != "empty")
            .collect();
        assert_eq!(lines.len(), said.len());
        for (line, (number, (result, detail))) in lines.iter().zip(said) {
            assert_eq!(
                (&line["line"], &line["result"]),
                (&json!(number), &json!(result)),
                "{line}"
            );
            let fault = &line["faults"][0];
            let told = match *result {
                "refused" => format!("{} {}", fault["column"], fault["code"]).replace('"', ""),
                "proposed" => line["why"].as_str().unwrap().to_owned(),
                _ => String::new(),
            };
            assert_eq!(told, *detail, "{line}");
            // What is proposed or refused leaves no place behind.
            let leaves_none = matches!(*result, "proposed" | "refused") || (is_dry && *result == "created");
            assert_eq!(line["place_id"].is_null(), leaves_none, "{line}");
        }
    }
    let places = i64::try_from(10 + count("created")).unwrap();
    assert_eq!(rows(&api, "replaced_at IS NULL").await, places);
    // The same file again finds what it made.
    let again = import(&api, &cast, "text/csv", "", &file).await;
    assert_eq!(
        (&again["created"], &again["changed"]),
        (&json!(0), &json!(0)),
        "{again}"
    );
    assert_eq!(
        again["same"],
        json!(count("created") + count("same") + count("changed"))
    );
}

async fn the_import_of_our_own_export_changes_nothing(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let sound = json!({"commune_code": "72181", "postal_code": "72000", "address": "54 rue «du» Port !"});
    let all = [
        json!({"name": "Médiathèque", "phone": "3949", "labels": ["la_poste", "duplex"], "other_labels": ["Label|local"]}),
        json!({"name": "Bureau mobile", "mobile": "both", "types": ["ENM"], "updated_on": "2022-09-01", "details": "Fond\n\"gauche\""}),
        json!({"name": "=Maison", "pivot": "21720003900014", "latitude": 48.0, "longitude": -0.2, "source": "Hubik",
               "emails": ["a@b.example", "c@d.example"], "website": "https://a.example|https://b.example",
               "opening_hours": "Mo 09:00-12:00", "services": ["access"], "access_modes": ["no_public", "phone"]}),
    ];
    for (number, said) in all.iter().enumerate() {
        let mut body = sound.clone();
        body.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        put(&api, &cast, number, &body).await;
    }
    for (format, media_type) in [("national-csv", "text/csv"), ("national-json", "application/json")] {
        let export = api
            .get(&format!("/v1/places?format={format}"))
            .by(&cast.coordinator)
            .send()
            .await
            .expect(200);
        let told = import(&api, &cast, media_type, "", &export.body).await;
        assert_eq!(
            (&told["same"], told["lines"].as_array().unwrap().len()),
            (&json!(3), 3),
            "{told}"
        );
        // A mark before the text, tabs and quotes are the same file.
        if format == "national-csv" {
            let marked = [b"\xef\xbb\xbf".as_slice(), &export.body].concat();
            assert_eq!(import(&api, &cast, "text/csv", "", &marked).await["same"], 3);
        }
    }
    assert_eq!(rows(&api, "1 = 1").await, 3, "nothing was written");
}

async fn a_place_is_found_by_our_identifier_or_a_shared_token_and_by_nothing_else(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let library = json!({"name": "Médiathèque Aragon", "commune_code": "72181", "address": "54 rue du Port", "pivot": "21720003900014",
                         "phone": "02 43 47 47 47", "national_ids": ["Coop-numérique_a"]});
    put(&api, &cast, 1, &library).await;
    let said = |id: &str, name: &str, more: Value| {
        let mut place = json!({"id": id, "nom": name, "code_insee": "72181", "date_maj": "2030-01-01"});
        place.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        place
    };
    let places = json!([
        // The tokens of a composite identifier, which changes at each national merge.
        said("Coop-numérique_a__dora_b", "Médiathèque Aragon", json!({})),
        // Several libraries have the SIRET and the telephone of their commune.
        said(
            "Autre_1",
            "Bibliothèque des Sablons",
            json!({"pivot": "21720003900014", "telephone": "+33243474747"})
        ),
        // Alike: said, and not taken.
        said(
            "Autre_2",
            "mediatheque d'Aragon",
            json!({"adresse": "54 RUE DU PORT", "pivot": "21720003900014"})
        ),
        // A place of another kind at the same address.
        said("Autre_3", "EPN Aragon", json!({"adresse": "54 rue du Port"})),
    ]);
    let told = import_json(&api, &cast, &places).await;
    let results: Vec<&str> = told["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["result"].as_str().unwrap())
        .collect();
    assert_eq!(results, ["changed", "created", "proposed", "created"], "{told}");
    assert_eq!(told["lines"][0]["columns"], json!(["id"]));
    let candidate = &told["lines"][2]["candidates"][0];
    assert_eq!(candidate["place_id"], id(1));
    assert!(candidate["score"].as_u64().unwrap() > 90, "{candidate}");
    let kept = api
        .get(&format!("/v1/places/{}", id(1)))
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(kept["national_ids"], json!(["Coop-numérique_a", "dora_b"]));
}

async fn nothing_newer_is_overwritten_and_an_empty_cell_says_nothing(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let place = json!({"name": "Médiathèque", "commune_code": "72181", "address": "54 rue du Port", "published": true, "capacity": 12});
    put(&api, &cast, 1, &place).await;
    let today = api.now().date_naive().to_string();
    let line = |day: &str| json!([{"id": id(1), "nom": "Médiathèque Aragon", "code_insee": "72181", "adresse": "", "date_maj": day}]);
    for day in ["2022-01-01", &today] {
        let told = import_json(&api, &cast, &line(day)).await;
        assert_eq!(told["lines"][0]["why"], "not_newer", "{told}");
        assert_eq!(told["lines"][0]["columns"], json!(["nom"]));
    }
    let told = import_json(&api, &cast, &line("2031-01-01")).await;
    assert_eq!(
        (&told["changed"], &told["lines"][0]["place_id"]),
        (&json!(1), &json!(id(1))),
        "{told}"
    );
    let kept = api
        .get(&format!("/v1/places/{}", id(1)))
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    for (field, value) in [
        ("name", json!("Médiathèque Aragon")),
        ("address", json!("54 rue du Port")),
        ("updated_on", json!("2031-01-01")),
        ("published", json!(true)),
        ("capacity", json!(12)),
    ] {
        assert_eq!(kept[field], value, "{field}");
    }
}

async fn the_json_of_la_coop_and_the_table_of_the_national_map_are_read(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let la_coop = json!([{
        "id": "105c8bcd-e977-4180-a895-96b6a6c688c0", "pivot": "00000000000000", "nom": "Anonymal", "commune": "Le Mans",
        "code_postal": "72000", "code_insee": "72181", "adresse": "12 BIS RUE DE LECLERCQ", "latitude": 48.0, "longitude": 0.2,
        "source": "Coop numérique", "date_maj": "2024-06-03T08:00:00.000Z", "itinerance": "Itinérant|Fixe",
        "modalites_acces": "Ce lieu n’accueille pas de public", "aidants": [{"nom": "Une Personne", "courriel": "une@personne.example"}]
    }]);
    let told = import_json(&api, &cast, &la_coop).await;
    assert_eq!(
        (&told["created"], &told["unread_columns"]),
        (&json!(1), &json!(["aidants"])),
        "{told}"
    );
    let path = format!("/v1/places/{}", told["lines"][0]["place_id"].as_str().unwrap());
    let kept = api.get(&path).by(&cast.coordinator).send().await.expect(200).json();
    for (field, value) in [
        (
            "national_ids",
            json!(["Coop-numérique_105c8bcd-e977-4180-a895-96b6a6c688c0"]),
        ),
        ("pivot", Value::Null),
        ("mobile", json!("both")),
        ("access_modes", json!(["no_public"])),
        ("updated_on", json!("2024-06-03")),
        ("status", json!("confirmed")),
        ("published", json!(false)),
    ] {
        assert_eq!(kept[field], value, "{field}");
    }
    // The national map quotes all cells, joins addresses by commas, says 0, 0 of what it does not know, and adds labels.
    let map = "\"id\",\"nom\",\"code_insee\",\"adresse\",\"latitude\",\"longitude\",\"courriels\",\"autres_formations_labels\",\"autre\"\n\
               \"Coop-numérique_105c8bcd-e977-4180-a895-96b6a6c688c0__dora_9\",\"Anonymal\",\"72181\",\"12 BIS RUE DE LECLERCQ\",\"0\",\"0\",\"\",\"QPV|ZRR\",\"\"\n\
               \"dora_10\",\"Salle ＂Bleue＂\",\"72003\",\"1 rue A\",\"0\",\"0\",\"a@b.example,c@d.example\",\"Label et la bête\",\"x\"\n";
    let told = import(&api, &cast, "text/csv", "", map.as_bytes()).await;
    assert_eq!((&told["changed"], &told["created"]), (&json!(1), &json!(1)), "{told}");
    let path = format!("/v1/places/{}", told["lines"][1]["place_id"].as_str().unwrap());
    let kept = api.get(&path).by(&cast.coordinator).send().await.expect(200).json();
    assert_eq!(
        (&kept["name"], &kept["emails"], &kept["latitude"], &kept["other_labels"]),
        (
            &json!("Salle \"Bleue\""),
            &json!(["a@b.example", "c@d.example"]),
            &Value::Null,
            &json!(["Label et la bête"])
        )
    );
}

async fn a_file_that_cannot_be_read_is_refused_as_a_whole(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let send = async |media_type: &str, file: &[u8]| {
        let call = api.post("/v1/places/import").by(&cast.coordinator).bytes(file);
        call.header("content-type", media_type).send().await.failure()
    };
    assert_eq!(
        send("application/json", b"{\"nom\": 1}").await,
        (400, "malformed_body".to_owned())
    );
    assert_eq!(
        send("text/csv", b"nothing;of;the;schema\n").await,
        (400, "malformed_body".to_owned())
    );
    assert_eq!(send("application/xml", b"<nom/>").await.0, 415);
    let many = "nom\n".to_owned() + &"x\n".repeat(2001);
    assert_eq!(
        send("text/csv", many.as_bytes()).await,
        (422, "validation_failed".to_owned())
    );
    assert_eq!(send("text/csv", &vec![b' '; (5 << 20) + 1]).await.0, 413);
}
