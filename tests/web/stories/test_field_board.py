"""The coordinator's field: each task is done through its page, and what came of it is asked of the API."""

import uuid

import pytest
from playwright.sync_api import expect

from stage import SUPPORT, WORKSHOP, days_ago, today, wait_for
from test_planned import stored

DESK = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def coordinator(organisation):
    """The coordinator, in an organisation with an advisor."""
    coordinator = organisation.person("coordinator", "Nadège Lambert")
    coordinator.advisor = organisation.person("advisor", "Camille Martin")
    return coordinator


@pytest.fixture
def desk(coordinator, phones):
    """The coordinator's computer."""
    desk = phones(accept_downloads=True, **DESK)
    desk.sign_in(coordinator)
    return desk


def items(coordinator, path):
    """What the service lists at a path."""
    return coordinator.read(path)["items"]


def save(page):
    """Saves the open form, and sees that it was taken."""
    page.get_by_role("button", name="Enregistrer", exact=True).first.click()
    expect(page.locator(".notice")).to_contain_text("Enregistré.")


def partner(coordinator, name="Ville d’Allonnes"):
    """A partner with an agreement in force; returns both."""
    one = stored(coordinator, "/v1/partners", {"name": name, "kind": "commune", "commune_code": "72003"})
    agreement = stored(coordinator, "/v1/agreements", {
        "partner_id": one, "starts_on": days_ago(30), "ends_on": days_ago(-30), "signed_on": days_ago(31), "advisors": [coordinator.advisor.id]})
    return one, agreement


def test_a_place_is_added_found_moved_and_closed(coordinator, desk):
    """And what the service refuses is said at its field, with nothing emptied."""
    stored(coordinator, "/v1/places", {"name": "Épicerie", "commune_code": "72181"})
    stored(coordinator, "/v1/places", {"name": "Maison du pont", "commune_code": "72003"})
    page = desk.open("/app/lieux")
    page.get_by_role("button", name="Ajouter un lieu").click()
    page.get_by_label("Commune", exact=True).fill("Le Mans")
    page.get_by_label("Code postal").fill("7210")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Code postal")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Commune", exact=True)).to_have_value("Le Mans")
    page.get_by_label("Nom", exact=True).fill("Médiathèque Aragon")
    page.get_by_label("Code postal").fill("72100")
    save(page)
    expect(page.get_by_role("heading", name="Médiathèque Aragon")).to_be_visible()
    [place] = [one for one in items(coordinator, "/v1/places") if one["name"] == "Médiathèque Aragon"]
    assert (place["commune_code"], place["postal_code"], place["status"]) == ("72181", "72100", "confirmed")
    page.get_by_role("link", name="Modifier").click()
    page.get_by_label("Commune", exact=True).fill("Allonnes")
    page.get_by_label("Fermé le").fill(days_ago(0))
    save(page)
    place = coordinator.read(f"/v1/places/{place['place_id']}")
    assert (place["commune_code"], place["closed_on"], place["name"]) == ("72003", days_ago(0), "Médiathèque Aragon")
    page = desk.open("/app/lieux")
    page.get_by_label("Commune").select_option("Allonnes")
    expect(page.locator(".card strong")).to_have_text(["Maison du pont", "Médiathèque Aragon"])
    page.get_by_label("Chercher").fill("media")
    expect(page.locator(".card strong")).to_have_text(["Médiathèque Aragon"])


def test_places_are_merged_and_given_what_was_reported_under_their_name(coordinator, desk):
    """First it is counted, then written."""
    coordinator.advisor.put(days_ago(1), {"interventions": [WORKSHOP]})
    place = stored(coordinator, "/v1/places", {"name": "Médiathèque", "commune_code": "72181"})
    double = stored(coordinator, "/v1/places", {"name": "Mediathèque (double)", "commune_code": "72181"})
    page = desk.open(f"/app/lieux/{place}")
    page.get_by_text("Lui attribuer ce qui a été saisi").click()
    page.get_by_role("button", name="Compter d’abord").click()
    expect(page.get_by_text("1 intervention sur 1 journée")).to_be_visible()
    assert coordinator.advisor.interventions(days_ago(1))[0]["place_id"] is None
    page.get_by_role("button", name="Attribuer", exact=True).click()
    expect(page.locator(".notice")).to_contain_text("attribuées")
    assert coordinator.advisor.interventions(days_ago(1))[0]["place_id"] == place
    page = desk.open(f"/app/lieux/{double}")
    page.get_by_text("Fusionner avec un autre lieu").click()
    page.get_by_label("Le lieu qui reste").select_option("Médiathèque, Le Mans")
    page.get_by_role("button", name="Fusionner", exact=True).click()
    expect(page.get_by_role("heading", name="Médiathèque", exact=True)).to_be_visible()
    assert coordinator.read(f"/v1/places/{double}")["merged_into"] == place


def test_a_file_of_places_is_tried_and_then_brought_in_line_by_line(coordinator, desk):
    """Nothing is written before the coordinator agrees, and each line is accounted for."""
    stored(coordinator, "/v1/places", {"name": "Médiathèque Aragon", "commune_code": "72181", "address": "1 rue du Port", "postal_code": "72000"})
    file = ("id,nom,commune,code_insee,code_postal,adresse,date_maj\n"
            "a_1,Maison de quartier,Le Mans,72181,72000,2 rue Haute,2026-01-02\n"
            "a_2,Mediatheque Aragon,Le Mans,72181,72000,1 rue du Port,2026-01-02\n"
            "a_3,,Le Mans,72181,72000,3 rue Basse,2026-01-02\n")
    page = desk.open("/app/lieux")
    page.get_by_role("link", name="Importer des lieux").click()
    page.get_by_label("Fichier").set_input_files({"name": "lieux.csv", "mimeType": "text/csv", "buffer": file.encode()})
    page.get_by_role("button", name="Voir ce qu’il ferait").click()
    expect(page.get_by_role("heading", name="Ce que deviendrait chaque ligne")).to_be_visible()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("créé")
    expect(rows.nth(1)).to_contain_text("à décider")
    expect(rows.nth(1).get_by_role("link", name="Médiathèque Aragon")).to_be_visible()
    expect(rows.nth(2)).to_contain_text("refusé")
    assert len(items(coordinator, "/v1/places")) == 1
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_role("heading", name="Ce qu’est devenue chaque ligne")).to_be_visible()
    assert {one["name"] for one in items(coordinator, "/v1/places")} == {"Maison de quartier", "Médiathèque Aragon"}
    page.get_by_label("Résultat").select_option("refusé")
    expect(rows).to_have_count(1)


@pytest.mark.postgres
def test_a_partner_gets_an_agreement_and_a_page_of_its_own(coordinator, desk, phones):
    """The link of the page is made, followed and ended; the agreement is renewed and printed."""
    page = desk.open("/app/partenaires")
    page.get_by_role("button", name="Ajouter un partenaire").click()
    page.get_by_label("Nom", exact=True).fill("Ville d’Allonnes")
    page.get_by_label("Type").select_option("commune")
    page.get_by_role("button", name="Ajouter : Interlocuteurs").click()
    page.get_by_role("group", name="Interlocuteurs").get_by_label("Nom").fill("Claude Petit")
    save(page)
    page.get_by_role("button", name="Ajouter une convention").click()
    page.get_by_label("Du", exact=True).fill(days_ago(10))
    page.get_by_label("Au", exact=True).fill(days_ago(-20))
    page.get_by_label("Signée le").fill(days_ago(11))
    page.get_by_role("checkbox", name="Camille Martin").check()
    page.get_by_role("button", name="Ajouter : Ce que fournit la structure").click()
    page.get_by_label("Engagement").select_option("salle")
    save(page)
    [agreement] = items(coordinator, "/v1/agreements")
    assert agreement["in_force"] and agreement["commitments"] == [{"kind": "room", "words": None}] and agreement["advisors"] == [coordinator.advisor.id]
    assert items(coordinator, "/v1/partners")[0]["contacts"][0]["name"] == "Claude Petit"
    with page.expect_download() as download:
        page.get_by_role("button", name="Annexe imprimée").click()
    assert download.value.suggested_filename.endswith(".pdf")
    page.get_by_label("Pour qui").fill("Mairie")
    page.get_by_role("button", name="Créer un lien").click()
    link = page.locator("#once").inner_text()
    reader = phones().page
    reader.goto(link)
    expect(reader.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name="Révoquer").click()
    expect(page.get_by_text("révoqué le")).to_be_visible()
    assert reader.goto(link).status == 404
    page.get_by_role("button", name="Renouveler").click()
    expect(page.get_by_label("Du", exact=True)).to_have_value(days_ago(-21))
    save(page)
    assert [one["renews"] for one in items(coordinator, "/v1/agreements") if one["renews"]] == [agreement["agreement_id"]]


def test_a_meeting_a_sheet_and_a_tag_are_written(coordinator, desk):
    """And the catalogue is printed."""
    partner(coordinator)
    page = desk.open("/app/rencontres")
    page.get_by_role("button", name="Ajouter un rendez-vous").click()
    page.get_by_label("Partenaire").select_option("Ville d’Allonnes")
    page.get_by_label("Fonction de la personne rencontrée").fill("Maire")
    page.get_by_role("checkbox", name="besoins").check()
    save(page)
    [meeting] = items(coordinator, "/v1/meetings")
    assert (meeting["met"], meeting["nature"], meeting["day"]) == ("Maire", ["needs"], days_ago(0))
    page = desk.open("/app/ateliers")
    page.get_by_role("button", name="Ajouter une fiche").click()
    page.get_by_label("Titre").fill("Premiers courriels")
    page.get_by_label("Participants au plus").fill("huit")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_label("Participants au plus").fill("8")
    page.get_by_role("checkbox", name="Courriel").check()
    save(page)
    [sheet] = items(coordinator, "/v1/workshops")
    assert (sheet["title"], sheet["participants_max"], sheet["themes"]) == ("Premiers courriels", 8, ["email"])
    page = desk.open("/app/ateliers")
    with page.expect_download() as download:
        page.get_by_role("button", name="Catalogue imprimé").click()
    assert download.value.suggested_filename.endswith(".pdf")
    page = desk.open("/app/etiquettes")
    page.get_by_role("button", name="Ajouter une étiquette").click()
    page.get_by_label("Mot").fill("Été")
    save(page)
    assert [one["name"] for one in items(coordinator, "/v1/tags")] == ["Été"]


@pytest.mark.postgres
def test_a_request_becomes_a_planned_session_and_a_line_of_the_breakdown(coordinator, desk, phones):
    """From what a partner asks for to what the annex counts."""
    place = stored(coordinator, "/v1/places", {"name": "Médiathèque", "commune_code": "72181"})
    one, _ = partner(coordinator)
    workshop = stored(coordinator, "/v1/workshops", {"title": "Premiers courriels", "themes": ["email"]})
    request = stored(coordinator, "/v1/requests", {
        "kind": "workshop", "partner_id": one, "place_id": place, "workshop_id": workshop, "wished": [{"from": days_ago(0), "to": days_ago(-7)}], "expected_people": 8})
    page = desk.open("/app/terrain")
    page.get_by_role("link", name="1 demande reçue").click()
    page.get_by_role("link", name="Premiers courriels").click()
    page.get_by_role("button", name="Planifier une séance").click()
    expect(page.get_by_label("Jour", exact=True)).to_have_value(days_ago(0))
    page.get_by_label("De", exact=True).fill("09:30")
    page.get_by_label("À", exact=True).fill("11:30")
    page.get_by_role("checkbox", name="Camille Martin").check()
    save(page)
    assert coordinator.read(f"/v1/requests/{request}")["status"] == "planned"
    phone = phones()
    screen = phone.sign_in(coordinator.advisor)
    phone.send()
    screen = phone.open("/app/jour")
    screen.get_by_role("button", name="Saisir", exact=True).click()
    screen.locator("#participants").fill("6")
    screen.get_by_role("checkbox", name="Courriel").check()
    screen.get_by_role("button", name="Ajouter", exact=True).click()
    # The day is back on the screen once the intervention is on the device.
    expect(screen.get_by_role("link", name="Atelier · Médiathèque")).to_be_visible()
    phone.send()
    [written] = wait_for(lambda: coordinator.advisor.interventions(today()))
    assert written["workshop_id"] == workshop
    month = f"{today():%Y-%m}"
    page = desk.open(f"/app/annexe?du={month}&au={month}&par=workshop")
    expect(page.get_by_role("row", name="Premiers courriels")).to_contain_text("6")
    page = desk.open(f"/app/demandes/{request}")
    expect(page.get_by_role("link", name="a eu lieu")).to_be_visible()


@pytest.mark.postgres
def test_a_clash_is_said_and_what_nobody_accounted_for_is_settled(coordinator, desk):
    """An advisor at two places at once is stored when the coordinator insists."""
    places = [stored(coordinator, "/v1/places", {"name": name, "commune_code": "72181"}) for name in ("Médiathèque", "Gare")]
    planned = {"kind": "presence", "from": "09:30", "to": "11:30", "advisors": [coordinator.advisor.id]}
    stored(coordinator, "/v1/planned-sessions", planned | {"day": days_ago(-1), "place_id": places[0]})
    past = stored(coordinator, "/v1/planned-sessions", planned | {"day": days_ago(2), "place_id": places[0]})
    page = desk.open("/app/seances")
    page.get_by_role("button", name="Ajouter une séance").click()
    page.get_by_label("Jour", exact=True).fill(days_ago(-1))
    page.get_by_label("De", exact=True).fill("10:00")
    page.get_by_label("À", exact=True).fill("12:00")
    page.get_by_label("Lieu", exact=True).select_option("Gare, Le Mans")
    page.get_by_role("checkbox", name="Camille Martin").check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("link", name="L’autre séance")).to_be_visible()
    page.get_by_role("button", name="Enregistrer quand même").click()
    expect(page.get_by_role("heading", name="À la même heure ailleurs")).to_be_visible()
    page = desk.open("/app/seances")
    waiting = page.get_by_role("heading", name="1 séance dont personne n’a rendu compte").locator("..")
    waiting.get_by_role("button", name="n’a pas eu lieu").click()
    expect(waiting).to_have_count(0)
    told = coordinator.read(f"/v1/planned-sessions/{past}")
    assert (told["outcome"], told["advisors"], told["place_id"]) == ("not_held", [coordinator.advisor.id], places[0])
    expect(page.get_by_role("row", name="Camille Martin")).to_be_visible()


def test_a_round_is_planned_with_its_exceptions_and_changed(coordinator, desk):
    """Another rule ends the one before."""
    page = desk.open("/app/recurrences")
    page.get_by_role("button", name="Ajouter une règle").click()
    page.get_by_label("Nom", exact=True).fill("Marché des Jacobins")
    page.get_by_label("Fréquence").select_option("chaque mois")
    page.get_by_role("button", name="Ajouter : Jours", exact=True).click()
    page.get_by_label("Jours 1", exact=True).select_option("premier mardi")
    page.get_by_label("De", exact=True).fill("09:00")
    page.get_by_label("À", exact=True).fill("12:00")
    page.get_by_label("Du", exact=True).fill("2026-01-01")
    page.get_by_label("Au", exact=True).fill("2027-12-31")
    page.get_by_role("button", name="Ajouter : Sauf le").click()
    page.get_by_label("Sauf le 1", exact=True).fill("2027-02-02")
    page.get_by_label("Nom du lieu").fill("Place des Jacobins")
    page.get_by_role("checkbox", name="Camille Martin").check()
    save(page)
    [rule] = items(coordinator, "/v1/schedules")
    assert (rule["by_day"], rule["exceptions"], rule["frequency"]) == (["1TU"], ["2027-02-02"], "monthly")
    page.get_by_role("button", name="Changer la règle").click()
    page.get_by_label("Fréquence").select_option("chaque semaine")
    page.get_by_role("checkbox", name="vendredi", exact=True).check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_label("Fréquence").select_option("chaque mois")
    page.get_by_label("Jours 2", exact=True).select_option("dernier vendredi")
    save(page)
    rules = {one["schedule_id"]: one for one in items(coordinator, "/v1/schedules")}
    [new] = [one for one in rules.values() if one["continues"] == rule["schedule_id"]]
    assert new["by_day"] == ["1TU", "-1FR"] and rules[rule["schedule_id"]]["ends_on"] == days_ago(0)


def test_a_referral_is_taken_down_planned_and_closed(coordinator, desk):
    """Nobody is named."""
    page = desk.open("/app/orientations")
    page.get_by_role("button", name="Ajouter une orientation").click()
    page.get_by_label("Conseiller", exact=True).select_option("Camille Martin")
    page.get_by_label("Urgence").select_option("cette semaine")
    save(page)
    [referral] = items(coordinator, "/v1/referrals")
    page.get_by_role("button", name="Planifier le premier rendez-vous").click()
    page.get_by_label("Jour", exact=True).fill(days_ago(-3))
    page.get_by_label("De", exact=True).fill("14:00")
    page.get_by_label("À", exact=True).fill("15:00")
    save(page)
    assert coordinator.read(f"/v1/referrals/{referral['referral_id']}")["state"] == "planned"
    page = desk.open(f"/app/orientations/{referral['referral_id']}?modifier=1")
    page.get_by_label("Le", exact=True).fill(days_ago(0))
    page.get_by_label("Issue").select_option("dirigé ailleurs")
    save(page)
    assert coordinator.read(f"/v1/referrals/{referral['referral_id']}")["closed"] == {"on": days_ago(0), "reason": "directed"}


def test_the_plan_of_action_and_the_coverage_are_read_and_taken_along(coordinator, desk):
    """The territory is said in the settings, which keep what they do not show."""
    coordinator.advisor.put(days_ago(0), {"interventions": [WORKSHOP]})
    page = desk.open("/app/organisation")
    page.get_by_role("textbox", name="SIREN de l’EPCI").fill("247200132")
    page.get_by_label("Année").fill("2023")
    slug = f"mans-{uuid.uuid4().hex[:8]}"
    page.get_by_label("Nom dans les adresses publiques").fill(slug)
    page.get_by_role("checkbox", name="Publier les lieux et l’agenda").check()
    save(page)
    organisation = coordinator.read("/v1/organisation")
    assert (organisation["slug"], organisation["publishes"], len(organisation["territory"]["communes"])) == (slug, True, 20)
    month = f"{today():%Y-%m}"
    page = desk.open(f"/app/plan?du={month}&au={month}")
    expect(page.get_by_role("row", name="Allonnes")).to_be_visible()
    expect(page.get_by_role("row", name="Le Mans")).to_have_text("Le Mans1500")
    buttons = page.get_by_role("button", name="Excel")
    expect(buttons).to_have_count(2)
    for index in range(2):
        with page.expect_download() as download:
            buttons.nth(index).click()
        assert download.value.suggested_filename.endswith(".xlsx")
    page = desk.open("/app/national")
    expect(page.get_by_text(f"/open/{slug}/places.csv")).to_be_visible()


def test_an_account_is_changed(coordinator, desk):
    """Its name and when it works."""
    page = desk.open("/app/equipe")
    page.get_by_role("listitem").filter(has_text="Camille Martin").get_by_role("link", name="Modifier").click()
    page.get_by_label("Prénom et nom").fill("Camille Martin-Roy")
    page.get_by_label("Au", exact=True).first.fill("2025-12-31")
    page.get_by_role("button", name="Ajouter : Périodes").click()
    page.get_by_label("Du", exact=True).last.fill("2026-01-05")
    save(page)
    account = coordinator.read(f"/v1/accounts/{coordinator.advisor.id}")
    assert account["name"] == "Camille Martin-Roy"
    assert "2026-01-05" in [one["starts_on"] for one in account["activity_periods"]]
