//! The catalogue and an agreement as documents.

use serde_json::json;

use crate::support::api::{Answer, Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field::{AGREEMENT, agreement, found};

on_both_databases!(
    the_catalogue_is_a_page_and_a_pdf_without_retired_sheets,
    an_agreement_is_printed_as_the_annex_of_a_convention,
);

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

async fn the_catalogue_is_a_page_and_a_pdf_without_retired_sheets(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.coordinator).await;
    for (number, title, retired) in [(1, "Écrire un <courriel>", false), (2, "Minitel", true)] {
        let path = format!("/v1/workshops/0198f3c2-7c1e-7d2a-8f10-{number:012}");
        let put = api
            .put(&path)
            .by(&cast.coordinator)
            .json(&json!({"title": title, "retired": retired}));
        put.send().await.expect(201);
    }
    let page = api.get("/v1/catalogue").by(&cast.advisor).send().await.expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let said = text(&page);
    for words in [
        "Premiers pas sur internet",
        "Chercher en confiance.",
        "de 4 à 8",
        "120 min",
        "gratuit",
        "Écrire un &lt;courriel&gt;",
    ] {
        assert!(said.contains(words), "{words}");
    }
    assert!(!said.contains("Minitel"));
    let english = api
        .get("/v1/catalogue?lang=en")
        .by(&cast.advisor)
        .send()
        .await
        .expect(200);
    assert!(text(&english).contains("Required means"));
    let pdf = api
        .get("/v1/catalogue?format=pdf")
        .by(&cast.advisor)
        .send()
        .await
        .expect(200);
    assert_eq!(pdf.header("content-type"), Some("application/pdf"));
    assert_eq!(
        pdf.header("content-disposition"),
        Some("attachment; filename=\"catalogue.pdf\"")
    );
    assert!(pdf.body.starts_with(b"%PDF-"));
    let csv = api.get("/v1/catalogue?format=csv").by(&cast.advisor).send().await;
    assert_eq!(
        csv.expect(400).faults(),
        [("format".to_owned(), "invalid_value".to_owned())]
    );
    // A page for the title, then one a sheet.
    let pages = lopdf::Document::load_mem(&pdf.body).unwrap().get_pages().len();
    assert_eq!(pages, 3);
}

/// Presences of the agreement each week, every other week and each month, and a stand that is of no agreement.
async fn plan_presences(api: &Api, by: &Person) {
    for (number, (day, said)) in [
        ("2022-09-06", json!({"agreement_id": AGREEMENT})),
        (
            "2022-09-07",
            json!({"agreement_id": AGREEMENT, "interval": 2, "by_day": ["WE", "FR"], "to": "12:00"}),
        ),
        (
            "2022-09-08",
            json!({"agreement_id": AGREEMENT, "frequency": "monthly", "by_day": ["1TH", "-1TH"]}),
        ),
        ("2022-09-09", json!({"agreement_id": AGREEMENT, "frequency": "monthly"})),
        (
            "2022-09-10",
            json!({"kind": "stand", "frequency": "daily", "interval": 10}),
        ),
    ]
    .iter()
    .enumerate()
    {
        let mut body = json!({"name": "Mairie", "kind": "presence", "from": "09:00", "to": "12:30", "starts_on": day,
            "ends_on": "2022-12-31", "frequency": "weekly"});
        body.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        let path = format!("/v1/schedules/0198f3c2-7c1e-7d2a-8f50-{number:012}");
        api.put(&path).by(by).json(&body).send().await.expect(201);
    }
}

async fn an_agreement_is_printed_as_the_annex_of_a_convention(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.coordinator).await;
    let mut body = agreement();
    body["advisors"] = json!([cast.advisor.id.to_string()]);
    let put = api
        .put(&format!("/v1/agreements/{AGREEMENT}"))
        .by(&cast.coordinator)
        .json(&body);
    put.send().await.expect(200);
    plan_presences(&api, &cast.coordinator).await;
    let path = format!("/v1/agreements/{AGREEMENT}/annex");
    let english = text(
        &api.get(&format!("{path}?lang=en"))
            .by(&cast.advisor)
            .send()
            .await
            .expect(200),
    );
    for words in [
        "every Tuesday, 09:00 to 12:30",
        "every month, on the 1st Thursday and the last Thursday",
    ] {
        assert!(english.contains(words), "{words}");
    }
    let page = text(&api.get(&path).by(&cast.advisor).send().await.expect(200));
    for words in [
        "Annexe à la convention",
        "Commune d’Allonnes",
        "du 1er septembre 2022 au 31 décembre 2022",
        "30 août 2022",
        "Autre : Un café",
        "Le mardi matin.",
        "Atelier",
        "Temps de présence",
        "chaque mardi, de 9 h à 12 h 30, du 6 septembre 2022 au 31 décembre 2022",
        "toutes les 2 semaines, le mercredi et vendredi, de 9 h à 12 h,",
        "chaque mois, le 1er jeudi et le dernier jeudi,",
        "chaque mois, le 9,",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("jours"), "the schedule of no agreement stands in none");
    let pdf = api
        .get(&format!("{path}?format=pdf&lang=en"))
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200);
    assert!(pdf.body.starts_with(b"%PDF-"));
    let unknown = "/v1/agreements/0198f3c2-7c1e-7d2a-8f10-00000000000f/annex";
    api.get(unknown).by(&cast.advisor).send().await.expect(404);
}
