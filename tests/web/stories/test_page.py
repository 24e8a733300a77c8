"""What holds for every page: texts stay texts, everything is reached by keyboard and by thumb, and can be read by all."""

import pytest
from playwright.sync_api import expect

from stage import today, wait_for

# What somebody who goes by keyboard is told, in each language.
SAID = {
    "fr-FR": ("Individuel", "Accompagnement individuel", "Personnes aidées", "Ajouter", "Autre lieu", "Cadre", "À distance", "Courriel",
              "Envoi", "Envoyer maintenant", "Tout est envoyé, dernier envoi"),
    "en-GB": ("Individual", "Individual support", "People helped", "Add", "Another place", "Setting", "Remote", "E-mail",
              "Sending", "Send now", "Everything is sent, the last time"),
}
MARKUP = "<img src=x onerror=\"document.title='owned'\">"


@pytest.fixture
def person(organisation):
    """An advisor with a day behind them."""
    person = organisation.person()
    person.put(today().isoformat(), {"interventions": [
        {"kind": "workshop", "participants": 9, "duration_minutes": 90, "setting": "partner_site",
         "place_name": MARKUP, "themes": ["internet"], "note": MARKUP}]})
    return person


def test_markup_in_a_note_and_in_a_place_is_text(person, phone):
    """Story 20."""
    page = phone.sign_in(person)
    expect(page.get_by_text(MARKUP, exact=False).first).to_be_visible()
    page.get_by_role("link", name="Atelier ·").click()
    page.get_by_text("Plus de détails").click()
    expect(page.locator("#note")).to_have_value(MARKUP)
    assert page.title() != "owned"


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_emptied(organisation, phone):
    """Story 21."""
    page = phone.sign_in(organisation.person())
    page.get_by_role("link", name="Atelier", exact=True).click()
    page.locator("#participants").fill("7")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    summary = page.get_by_role("alert").first
    expect(summary).to_contain_text("Choisissez au moins un thème.")
    summary.get_by_role("link", name="Choisissez au moins un thème.").click()
    assert page.evaluate("document.activeElement.closest('fieldset, .group, .chips') !== null")
    expect(page.locator("#participants")).to_have_value("7")


@pytest.mark.parametrize("locale", SAID)
def test_a_day_is_entered_and_sent_by_keyboard_alone(organisation, phones, locale):
    """Story 22."""
    individual, title, helped, put, elsewhere, setting, remote, theme, sending, send, sent = SAID[locale]
    person = organisation.person()
    page = phones(locale=locale).sign_in(person)

    def reach(role, name):
        """Goes on with the tabulator, and with arrows among radios, until the control has the focus, which is always seen."""
        wanted = page.get_by_role(role, name=name).first
        wanted.wait_for()
        for _ in range(120):
            beside = """(one) => document.activeElement !== one && one.type === 'radio' && document.activeElement.name === one.name"""
            page.keyboard.press("ArrowRight" if wanted.evaluate(beside) else "Tab")
            if wanted.evaluate("(one) => one === document.activeElement"):
                box = page.evaluate("""() => { const one = document.activeElement;
                    const seen = one.closest('label') ?? one; const style = getComputedStyle(one.nextElementSibling ?? one);
                    return [seen.getBoundingClientRect().width, getComputedStyle(one).outlineStyle, style.outlineStyle] }""")
                assert box[0] > 0 and "solid" in box[1:], f"the focus on {name} is not seen: {box}"
                return
        raise AssertionError(f"{role} {name} is not reached")

    def press(role, name, key="Enter"):
        reach(role, name)
        page.keyboard.press(key)

    press("link", individual)
    page.get_by_role("heading", name=title).wait_for()
    reach("spinbutton", helped)
    page.keyboard.type("2")
    reach("radio", "45 min")
    press("button", put)
    summary = page.get_by_role("alert").first
    expect(summary).to_be_visible()
    assert wait_for(lambda: page.evaluate("document.activeElement.id") == "faults"), "what is wrong has the focus"
    # The place and the theme are said; then control and Enter add from anywhere.
    reach("radio", elsewhere)
    page.get_by_role("group", name=setting).first.wait_for()
    reach("radio", remote)
    press("checkbox", theme, "Space")
    page.keyboard.press("Control+Enter")
    page.get_by_role("link", name=f"{individual} ·").wait_for()
    press("link", sending)
    press("button", send)
    expect(page.get_by_text(sent)).to_be_visible()
    [written] = wait_for(lambda: person.interventions(today().isoformat()))
    assert (written["participants"], written["duration_minutes"], written["themes"]) == (2, 45, ["email"])
