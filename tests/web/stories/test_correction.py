"""What a coordinator types is not lost: not on leaving by mistake, not where somebody else wrote meanwhile; and the keyboard is enough."""

import pytest
from playwright.sync_api import expect

from stage import SUPPORT, WORKSHOP, days_ago, wait_for
from test_field_board import DESK, coordinator, desk, items, save  # noqa: F401
from test_planned import stored


@pytest.mark.postgres
def test_a_day_that_changes_while_it_is_corrected_is_shown_with_both_sides(coordinator, desk):  # noqa: F811
    """Story 26. What the page does not show stays as it was."""
    advisor, day = coordinator.advisor, days_ago(1)
    tag = stored(coordinator, "/v1/tags", {"name": "Été"})
    advisor.put(day, {"interventions": [WORKSHOP | {"residences": {"72003": 2}}, SUPPORT]})
    page = desk.open(f"/app/tableau/{day[:7]}")
    page.get_by_role("link", name="Camille Martin").click()
    page = desk.open(f"/app/jour/{day}?de={advisor.id}")
    page.get_by_text("Atelier collectif · 9 personnes").click()
    page.get_by_label("Participants", exact=True).first.fill("12")
    page.get_by_role("checkbox", name="Été").first.check()
    page.get_by_role("group", name="Matériel utilisé").get_by_role("checkbox", name="Ordinateur").first.check()
    page.get_by_role("group", name="Genre").get_by_label("Femmes", exact=True).first.fill("7")
    advisor.put(day, {"interventions": [WORKSHOP | {"residences": {"72003": 2}}], "note": "Panne de réseau"})
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    clash = page.locator("section.clash")
    expect(clash).to_contain_text("Quelqu’un d’autre a enregistré entre-temps")
    expect(clash.get_by_role("row", name="Note")).to_contain_text("Panne de réseau")
    expect(clash.get_by_role("row", name="Interventions")).to_contain_text("Atelier collectif · 12 personnes")
    expect(clash.get_by_role("row", name="Interventions")).to_contain_text("Atelier collectif · 9 personnes")
    assert advisor.interventions(day)[0]["participants"] == 9
    page.get_by_role("button", name="Garder ma saisie").click()
    expect(clash).to_have_count(0)
    written = wait_for(lambda: [one for one in advisor.interventions(day) if one["participants"] == 12])
    assert len(advisor.interventions(day)) == 2
    assert (written[0]["tags"], written[0]["equipment"], written[0]["genders"]["female"], written[0]["residences"]) == ([tag], ["computer"], 7, {"72003": 2})
    assert (written[0]["note"], written[0]["age_groups"]["70_plus"]) == (WORKSHOP["note"], 6)
    expect(page.get_by_text("par Nadège Lambert")).to_be_visible()


def test_what_is_stored_can_be_taken_instead(coordinator, desk):  # noqa: F811
    """The other outcome of the same."""
    place = stored(coordinator, "/v1/places", {"name": "Gare", "commune_code": "72181"})
    page = desk.open(f"/app/lieux/{place}?modifier=1")
    page.get_by_label("Téléphone", exact=True).fill("3949")
    status, text = coordinator.ask("PUT", f"/v1/places/{place}", {"name": "Gare nord", "commune_code": "72181"})
    assert status == 200, text
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("section.clash").get_by_role("row", name="Nom")).to_contain_text("Gare nord")
    page.get_by_role("button", name="Prendre ce qui est enregistré").click()
    expect(page.get_by_label("Nom", exact=True)).to_have_value("Gare nord")
    expect(page.get_by_label("Téléphone", exact=True)).to_have_value("")
    assert coordinator.read(f"/v1/places/{place}")["phone"] is None


def test_a_half_filled_form_is_there_after_leaving_it_by_mistake(coordinator, desk):  # noqa: F811
    """It is offered on the list, and may be thrown away."""
    page = desk.open("/app/partenaires")
    page.get_by_role("button", name="Ajouter un partenaire").click()
    page.get_by_label("Nom", exact=True).fill("Ville d’Allonnes")
    page.get_by_role("link", name="Tableau").click()
    page.get_by_role("link", name="Terrain").click()
    page.get_by_role("link", name="Reprendre").click()
    expect(page.get_by_label("Nom", exact=True)).to_have_value("Ville d’Allonnes")
    page.go_back()
    page.get_by_role("button", name="Jeter").click()
    expect(page.get_by_role("link", name="Reprendre")).to_have_count(0)
    assert items(coordinator, "/v1/partners") == []


def test_a_partner_is_written_by_keyboard_alone(coordinator, desk):  # noqa: F811
    """The focus is always seen, and goes to what is wrong."""
    page = desk.open("/app/partenaires")
    page.get_by_role("button", name="Ajouter un partenaire").wait_for()

    def reach(role, name):
        wanted = page.get_by_role(role, name=name, exact=True).first
        wanted.wait_for()
        for _ in range(80):
            page.keyboard.press("Tab")
            if wanted.evaluate("(one) => one === document.activeElement"):
                assert "solid" in page.evaluate("getComputedStyle(document.activeElement).outlineStyle"), f"the focus on {name} is not seen"
                return
        raise AssertionError(f"{role} {name} is not reached")

    reach("button", "Ajouter un partenaire")
    page.keyboard.press("Enter")
    reach("textbox", "Nom")
    page.keyboard.type("Ville")
    reach("button", "Enregistrer")
    page.keyboard.press("Enter")
    assert wait_for(lambda: page.evaluate("document.activeElement.id") == "faults"), "what is wrong has the focus"
    reach("combobox", "Type")
    page.keyboard.type("comm")
    reach("button", "Ajouter : Interlocuteurs")
    page.keyboard.press("Enter")
    page.get_by_role("group", name="Interlocuteurs").get_by_label("Nom").wait_for()
    page.keyboard.press("Shift+Tab")
    reach("button", "Enregistrer")
    page.keyboard.press("Shift+Tab")
    for _ in range(20):
        if page.evaluate("document.activeElement.id") == "f-contacts-0-name":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.type("Claude Petit")
    page.keyboard.press("Enter")
    [partner] = wait_for(lambda: items(coordinator, "/v1/partners"))
    assert (partner["name"], partner["kind"], partner["contacts"][0]["name"]) == ("Ville", "commune", "Claude Petit")
