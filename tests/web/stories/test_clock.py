"""Time: days begin and end where the organisation is, whatever the phone believes."""

import datetime
import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from stage import SUPPORT, add, days_ago, today, wait_for

PARIS = ZoneInfo("Europe/Paris")
NOUMEA = ZoneInfo("Pacific/Noumea")


def at(day, hour, minute, zone=PARIS, fold=0):
    """An instant, as a clock on a wall in the zone shows it."""
    return datetime.datetime.combine(day, datetime.time(hour, minute), zone).replace(fold=fold)


@pytest.fixture
def person(organisation):
    """An advisor who is not new."""
    person = organisation.person()
    person.put(days_ago(5), {"interventions": [SUPPORT]})
    return person


def test_a_form_that_is_open_over_midnight_keeps_its_date(person, phone):
    """Story 16."""
    evening = today() - datetime.timedelta(days=1)
    phone.page.clock.install(time=at(evening, 23, 55))
    page = phone.sign_in(person)
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    page.get_by_role("link", name="Individuel", exact=True).click()
    page.get_by_role("checkbox", name="Courriel").check()
    page.clock.fast_forward("10:00")
    expect(page.get_by_text("Cette intervention sera datée de", exact=False)).to_contain_text(f" {evening.day} ")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    page.wait_for_url(f"**/app/jour/{evening}")
    expect(page.get_by_role("link", name="Individuel ·")).to_be_visible()
    page.clock.fast_forward("00:10")
    assert wait_for(lambda: [one["themes"] for one in person.interventions(evening)] == [["email"]])
    assert person.report(today()) is None
    # The application has gone on to the new day.
    page.get_by_role("link", name="Ma journée").click()
    page.wait_for_url(f"**/app/jour/{today()}")


def last_sunday(month):
    """When the hour changes, last year."""
    last = datetime.date(today().year - 1, month, 31)
    return last - datetime.timedelta(days=(last.weekday() + 1) % 7)


DAY, SPRING, AUTUMN = today() - datetime.timedelta(days=8), last_sunday(3), last_sunday(10)
# What the phone's clock shows, where it is, and which day it is in Paris.
MOMENTS = [
    ("half past midnight in Nouméa", at(DAY, 0, 30, NOUMEA), "Pacific/Noumea", DAY - datetime.timedelta(days=1)),
    ("half past midnight in Paris, by a phone in Nouméa", at(DAY, 0, 30), "Pacific/Noumea", DAY),
    ("half past midnight in Paris", at(DAY, 0, 30), "Europe/Paris", DAY),
    ("before the hour is left out", at(SPRING, 0, 30), "Pacific/Noumea", SPRING),
    ("after the hour was left out", at(SPRING, 23, 30), "Europe/Paris", SPRING),
    ("before the hour comes twice", at(AUTUMN, 0, 30), "Pacific/Noumea", AUTUMN),
    ("the hour that comes twice, again", at(AUTUMN, 2, 30, fold=1), "Europe/Paris", AUTUMN),
    ("the last half hour of the long day", at(AUTUMN, 23, 30), "Pacific/Noumea", AUTUMN),
    ("the first half hour after it", at(AUTUMN + datetime.timedelta(days=1), 0, 30), "Pacific/Noumea", AUTUMN + datetime.timedelta(days=1)),
]


def test_the_day_is_the_organisations_wherever_the_phone_is_and_a_wrong_clock_is_said(person, phones):
    """Story 15."""
    for zone in ("Pacific/Noumea", "Europe/Paris"):
        phone = phones(timezone_id=zone)
        phone.sign_in(person)
        expect(phone.page.get_by_role("heading", name="Répéter")).to_be_visible()
        for said, instant, where, day in MOMENTS:
            if where != zone:
                continue
            phone.page.clock.set_fixed_time(instant)
            page = phone.open("/app/jour")
            expect(page, said).to_have_url(re.compile(f"/app/jour/{day}$"))
            # The service's clock is another: it is said by how much, and nothing is corrected.
            expect(page.get_by_text("L’horloge de cet appareil a"), said).to_contain_text("de retard")
            page.get_by_role("link", name="Individuel", exact=True).click()
            before = len(person.interventions(day))
            add(page)
            page.wait_for_url(f"**/app/jour/{day}")
            assert wait_for(lambda: len(person.interventions(day)) == before + 1), said


def test_a_clock_that_is_a_day_ahead_is_said_and_what_is_written_arrives(person, phone):
    """Story 15."""
    phone.page.clock.install(time=datetime.datetime.now(PARIS) + datetime.timedelta(days=1))
    page = phone.sign_in(person)
    expect(page.get_by_text("L’horloge de cet appareil a", exact=False)).to_contain_text("1 440 minutes d’avance")
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    page.locator("#day").fill(today().isoformat())
    page.wait_for_url(f"**/app/jour/{today()}")
    page.get_by_role("link", name="Individuel", exact=True).click()
    add(page)
    page.clock.fast_forward("00:10")
    assert wait_for(lambda: len(person.interventions(today())) == 1)
