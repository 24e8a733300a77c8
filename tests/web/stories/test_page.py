"""What holds for every page: texts stay texts, everything is reached by keyboard and by thumb, and can be read by all."""

import pytest
from playwright.sync_api import expect

from stage import AXE, today, wait_for

MARKUP = "<img src=x onerror=\"document.title='owned'\">"
# The addresses of the advisor, with what they need.
PATHS = ["/app/jour", "/app/jour/{day}/nouvelle?type=workshop", "/app/mois", "/app/envoi", "/app/moi", "/app/accessibilite"]


@pytest.fixture
def person(organisation):
    """An advisor with a day behind them."""
    person = organisation.person()
    person.put(today().isoformat(), {"interventions": [
        {"kind": "workshop", "participants": 9, "duration_minutes": 90, "setting": "partner_site",
         "place_name": MARKUP, "themes": ["internet"], "note": MARKUP}]})
    return person


def paths():
    """The addresses, today."""
    return [path.format(day=today().isoformat()) for path in PATHS]


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


def test_every_page_can_be_read_by_all(person, phones):
    """Story 23."""
    for scheme in ("light", "dark"):
        phone = phones(color_scheme=scheme)
        phone.sign_in(person)
        for path in paths():
            page = phone.open(path)
            page.get_by_role("heading", level=1).wait_for()
            page.evaluate(AXE.read_text())
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            faults = [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]]
            assert faults == [], f"{path}, {scheme}"


@pytest.mark.parametrize("options", [
    {"viewport": {"width": 320, "height": 640}},
    {"viewport": {"width": 360, "height": 740}, "forced_colors": "active"},
    # Text at 200 %: half as many CSS pixels across.
    {"viewport": {"width": 320, "height": 370}, "device_scale_factor": 2},
])
def test_no_page_scrolls_sideways(person, phones, options):
    """Story 23."""
    phone = phones(**options)
    phone.sign_in(person)
    for path in paths():
        page = phone.open(path)
        page.get_by_role("heading", level=1).wait_for()
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"


def test_every_control_is_large_enough_for_a_thumb(person, phones):
    """Story 24."""
    phone = phones(viewport={"width": 360, "height": 640})
    phone.sign_in(person)
    small = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')].filter((one) => {
        const target = one.matches('input[type=checkbox], input[type=radio]') ? one.labels[0] ?? one : one;
        const box = target.getBoundingClientRect();
        if (box.width === 0 || getComputedStyle(target).visibility === 'hidden') return false;
        const inline = one.matches('a') && getComputedStyle(one).display === 'inline';
        // What is only shown when it has the focus, for whoever goes by keyboard.
        if (box.bottom <= 0) return false;
        return box.height < (inline ? 24 : 44) || (!inline && box.width < 44);
    }).map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 30)} ${one.id} ${JSON.stringify(one.getBoundingClientRect())}`)"""
    for path in paths():
        page = phone.open(path)
        page.get_by_role("heading", level=1).wait_for()
        assert page.evaluate(small) == [], path


def test_a_day_is_entered_by_keyboard_alone(organisation, phone):
    """Story 22."""
    person = organisation.person()
    page = phone.sign_in(person)

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

    press("link", "Individuel")
    page.get_by_role("heading", name="Accompagnement individuel").wait_for()
    reach("spinbutton", "Personnes aidées")
    page.keyboard.type("2")
    reach("radio", "45 min")
    press("button", "Ajouter")
    summary = page.get_by_role("alert").first
    expect(summary).to_be_visible()
    assert wait_for(lambda: page.evaluate("document.activeElement.id") == "faults"), "what is wrong has the focus"
    # The place and the theme are said; then control and Enter add from anywhere.
    reach("radio", "Autre lieu")
    page.get_by_label("Cadre").or_(page.get_by_role("group", name="Cadre")).first.wait_for()
    reach("radio", "À distance")
    press("checkbox", "Courriel", "Space")
    page.keyboard.press("Control+Enter")
    [written] = wait_for(lambda: person.interventions(today().isoformat()))
    assert (written["participants"], written["duration_minutes"], written["themes"]) == (2, 45, ["email"])
