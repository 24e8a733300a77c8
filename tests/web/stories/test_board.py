"""The coordinator's month: who has not reported, its closing, what is published, who is invited."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from stage import Person, today, wait_for

# One report a month, whose sums are Annex 1 of the deliberation of 29 September 2022:
# workshops, their participants, individual supports, one-off requests, recurring participants.
ANNEX = {"2022-05-03": (6, 52, 8, 8, 11), "2022-06-03": (22, 197, 104, 12, 108), "2022-07-05": (34, 379, 83, 16, 90)}
SUPPORTED = ["Personnes totales accompagnées", "650", "217", "57", "205", "388"]


def intervention(kind, participants):
    """An intervention with so many people."""
    return {"kind": kind, "participants": participants, "duration_minutes": 60, "setting": "partner_site",
            "themes": ["internet"], "recurring_participants": 0}


def report(workshops, participants, individual, one_off, recurring):
    """A report of a whole month."""
    interventions = [intervention("workshop", participants - workshops + 1)]
    interventions += [intervention("workshop", 1) for _ in range(workshops - 1)]
    interventions += [intervention("individual", individual), intervention("one_off", one_off)]
    for one in interventions:
        one["recurring_participants"] = min(recurring, one["participants"])
        recurring -= one["recurring_participants"]
    return {"interventions": interventions}


@pytest.fixture
def advisor(organisation):
    """An advisor of the summer of 2022."""
    advisor = organisation.person("advisor", "Amélie Rousseau")
    for day, figures in ANNEX.items():
        advisor.put(day, report(*figures))
    return advisor


@pytest.fixture
def coordinator(organisation, advisor):
    """The coordinator of the organisation."""
    return organisation.person("coordinator", "Nadège Lambert")


def test_a_summer_is_closed_published_and_shared(coordinator, phones):
    """Story 25."""
    desk = phones(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = desk.sign_in(coordinator)
    for month, name in (("2022-05", "mai 2022"), ("2022-06", "juin 2022"), ("2022-07", "juillet 2022")):
        page = desk.open(f"/app/tableau/{month}")
        line = page.get_by_role("row", name=re.compile("Amélie Rousseau"))
        assert int(line.get_by_role("cell").first.inner_text()) > 10
        page.get_by_role("button", name=f"Clore {name}").click()
        expect(page.get_by_role("dialog")).to_contain_text("Amélie Rousseau")
        page.get_by_role("button", name="Clore quand même").click()
        expect(page.get_by_text("par Nadège Lambert")).to_be_visible()
    page = desk.open("/app/annexe?du=2022-05&au=2022-07")
    expect(page.get_by_text("Chiffres définitifs")).to_be_visible()
    cells = page.get_by_role("row", name=re.compile(SUPPORTED[0])).locator("th, td").all_inner_texts()
    assert cells == SUPPORTED
    for name, ending in (("Excel", "xlsx"), ("PDF", "pdf")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        assert download.value.suggested_filename == f"annexe-2022-05-2022-07.{ending}"
        begins = {"xlsx": b"PK", "pdf": b"%PDF"}[ending]
        with open(download.value.path(), "rb") as file:
            assert file.read(4).startswith(begins)
    page.get_by_label("Ventiler par").select_option("kind")
    expect(page.get_by_role("row", name=re.compile("Atelier")).last).to_contain_text("%")
    page = desk.open("/app/publications")
    page.get_by_label("Du mois").fill("2022-05")
    page.get_by_label("Au mois").fill("2022-07")
    page.get_by_label("Numéro de délibération").fill("2022-19")
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("Rien n’a changé depuis.")).to_be_visible()
    page.get_by_label("Pour qui").fill("Conseil communautaire")
    page.get_by_role("button", name="Partager").click()
    link = page.locator("#once").inner_text()
    reader = phones().page
    reader.goto(link)
    expect(reader.get_by_role("heading", level=1)).to_be_visible()
    expect(reader.get_by_role("cell", name="650")).to_be_visible()
    page = desk.open(page.url.removeprefix(desk.address))
    expect(page.get_by_text("1 lecture")).to_be_visible()


def test_somebody_new_is_invited_and_reports_on_a_device_of_their_own(organisation, coordinator, phones):
    """Story 27."""
    desk, phone = phones(viewport={"width": 1280, "height": 900}), phones()
    page = desk.sign_in(coordinator)
    page.get_by_role("link", name="Équipe").click()
    email, password = f"{uuid.uuid4().hex[:12]}@example.org", "quatre mots sans rapport"
    page.get_by_label("Prénom et nom").fill("Élodie Garnier")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("En activité depuis le").fill("2022-01-01")
    page.get_by_role("button", name="Inviter", exact=True).click()
    page = phone.page
    page.goto(desk.page.locator("#once").inner_text())
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_label("Le même, encore une fois").fill(password)
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    page.get_by_role("link", name="Ouvrir l’application").click()
    account = next(one["account_id"] for one in coordinator.read("/v1/accounts")["items"] if one["email"] == email)
    new = Person(organisation.server, "advisor", "Élodie Garnier", email, password, account)
    page = phone.sign_in(new)
    page.get_by_text("Autre chose pour cette journée").click()
    page.get_by_role("button", name="Journée sans public").click()
    assert wait_for(lambda: new.report(today().isoformat()) is not None)
