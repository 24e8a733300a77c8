"""A whole day, entered as a thumb would, and counted."""

import pytest
from playwright.sync_api import expect

from stage import SUPPORT, WORKSHOP, days_ago, today, wait_for

AT_MOST = 40
ONE_OFF = {"kind": "one_off", "participants": 1, "duration_minutes": 10, "setting": "advisor_site", "themes": ["equipment"]}


class Thumb:
    """Taps a page, and counts; digits typed into a field count as the tap that opens its keyboard."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, role, name, exact=True):
        """Taps a control, whatever it is."""
        self.taps += 1
        control = self.page.get_by_role(role, name=name, exact=exact).first
        if role in ("checkbox", "radio"):
            # The finger meets what is written on the chip.
            control.check()
        else:
            control.click()

    def type(self, field, digits):
        """Types a number; the field selects what stood in it when it is tapped."""
        self.taps += 1
        self.page.locator(f"#{field}").click()
        self.page.keyboard.type(digits)


@pytest.fixture
def person(organisation):
    """An advisor who has worked for two weeks."""
    person = organisation.person()
    person.put(days_ago(7), {"interventions": [WORKSHOP, SUPPORT, SUPPORT, ONE_OFF]})
    person.put(days_ago(6), {"interventions": [SUPPORT | {"themes": ["email"]}, ONE_OFF]})
    return person


def test_a_whole_day_takes_at_most_forty_taps(person, phone):
    """Two workshops, five individual supports, three one-off requests."""
    page = phone.sign_in(person)
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    thumb = Thumb(page)
    # The workshop of each week; another of the afternoon, with other people, longer and about something else.
    thumb.tap("button", "Atelier · Médiathèque", exact=False)
    thumb.tap("link", "Atelier")
    thumb.type("participants", "12")
    thumb.tap("radio", "2 h")
    thumb.tap("checkbox", "Courriel")
    thumb.tap("button", "Ajouter")
    # Five people, each about something of their own; two took another time, one had come before.
    for theme, lasted, came in [("Santé", None, False), ("Courriel", "30 min", False), ("Santé", None, True), ("Courriel", None, False), ("Santé", "1 h", False)]:
        thumb.tap("link", "Individuel")
        if came:
            thumb.tap("checkbox", "Déjà venu·e")
        if lasted:
            thumb.tap("radio", lasted)
        thumb.tap("checkbox", theme)
        thumb.tap("button", "Ajouter")
    for _ in range(3):
        thumb.tap("link", "Ponctuelle")
        thumb.tap("checkbox", "Prise en main du matériel")
        thumb.tap("button", "Ajouter")
    expect(page.get_by_role("link", name="Individuel ·")).to_have_count(5)
    assert thumb.taps <= AT_MOST, f"{thumb.taps} taps"
    written = wait_for(lambda: len(found := person.interventions(today())) == 10 and found)
    assert written
    said = [(one["kind"], one["participants"], one["duration_minutes"], one["recurring_participants"]) for one in written]
    assert said == [
        ("workshop", 9, 90, 0), ("workshop", 12, 120, 0),
        ("individual", 1, 45, 0), ("individual", 1, 30, 0), ("individual", 1, 45, 1), ("individual", 1, 45, 0), ("individual", 1, 60, 0),
        ("one_off", 1, 10, 0), ("one_off", 1, 10, 0), ("one_off", 1, 10, 0)]
    assert [one["themes"] for one in written[2:7]] == [["health"], ["email"], ["health"], ["email"], ["health"]]
