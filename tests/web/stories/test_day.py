"""The advisor's day: entered in a few taps, with or without a network, and never lost."""

import datetime
import time

import pytest
from playwright.sync_api import expect

from stage import SUPPORT, WORKSHOP, add, days_ago, today, wait_for

# Keeps the days on the disk from being written until `held` is false, as a slow disk does.
HOLD = """async () => {
  const [{ name }] = (await indexedDB.databases()).filter((one) => one.name.startsWith('quotidien-'));
  const database = await new Promise((done) => { indexedDB.open(name).onsuccess = ({ target }) => done(target.result); });
  const days = database.transaction('days', 'readwrite').objectStore('days');
  window.held = true;
  const hold = () => { if (held) days.count().onsuccess = hold; else database.close(); };
  hold();
}"""


@pytest.fixture
def person(organisation):
    """An advisor who has worked for weeks: a workshop a week on this weekday, individual supports on the others."""
    person = organisation.person()
    for week in (1, 2, 3):
        person.put(days_ago(7 * week), {"interventions": [WORKSHOP]})
    for day in (1, 2, 3):
        person.put(days_ago(day), {"interventions": [SUPPORT, SUPPORT]})
    return person


@pytest.mark.postgres
def test_an_individual_support_is_added_in_three_taps(person, phone):
    """Story 1."""
    page = phone.sign_in(person)
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    page.get_by_role("link", name="Individuel", exact=True).click()
    add(page)
    expect(page.get_by_text("Ajouté", exact=False).first).to_be_visible()
    [written] = wait_for(lambda: person.interventions(today().isoformat()))
    assert {name: written[name] for name in SUPPORT} == SUPPORT
    expect(page.get_by_text("Envoyé", exact=False).first).to_be_visible()


def test_last_weeks_workshop_is_repeated_in_two_taps_without_what_was_said_of_people(person, phone):
    """Story 2."""
    page = phone.sign_in(person)
    page.get_by_role("button", name="Atelier · Médiathèque").click()
    [written] = wait_for(lambda: person.interventions(today().isoformat()))
    of_people = ["note", "age_groups", "recurring_participants"]
    assert not any(written[name] for name in of_people)
    repeated = {name: value for name, value in WORKSHOP.items() if name not in of_people}
    assert {name: sorted(written[name]) if name == "themes" else written[name] for name in repeated} == \
        repeated | {"themes": sorted(repeated["themes"])}
    assert person.interventions(days_ago(7))[0]["note"] == "Salle 2"


def test_a_week_without_a_network_arrives_once(person, phone, network):
    """Story 3."""
    page = phone.sign_in(person)
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    phone.wait_for_worker()
    # In good order: a browser writes its cookies down only every half minute.
    phone.stop()
    network.cut()
    phone.start()
    days = [days_ago(30 + count) for count in range(7)]
    for day in days:
        page = phone.open(f"/app/jour/{day}/nouvelle?type=individual")
        add(page)
        expect(page.get_by_role("link", name="Individuel ·")).to_be_visible()
    phone.kill()
    assert all(person.report(day) is None for day in days)
    phone.start()
    phone.open("/app/jour")
    network.mend()
    phone.page.get_by_role("link", name="Envoi").click()
    phone.page.get_by_role("button", name="Envoyer maintenant").click()
    assert wait_for(lambda: all(len(person.interventions(day)) == 1 for day in days))


def test_a_form_survives_the_death_of_the_browser_once(person, phone):
    """Story 4."""
    page = phone.sign_in(person)
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    page.get_by_role("link", name="Atelier", exact=True).click()
    page.get_by_role("button", name="Plus : Participants").click()
    value = page.locator("#participants").input_value()
    time.sleep(0.5)
    path = page.url.removeprefix(phone.address)
    phone.kill()
    phone.start()
    page = phone.open(path)
    expect(page.get_by_text("Reprise de votre saisie")).to_be_visible()
    assert page.locator("#participants").input_value() == value
    add(page, "Courriel")
    expect(page.get_by_role("link", name="Atelier ·")).to_be_visible()
    phone.kill()
    phone.start()
    page = phone.open(path)
    page.get_by_role("heading", level=1).wait_for()
    expect(page.get_by_text("Reprise de votre saisie")).to_have_count(0)


def test_a_form_that_is_left_while_it_is_added_is_added_once_and_brings_nobody_back(person, phone):
    """Story 4, on a slow disk and with an impatient thumb."""
    page = phone.sign_in(person)
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    page.get_by_role("link", name="Individuel", exact=True).click()
    page.get_by_role("checkbox", name="Santé").check()
    page.evaluate(HOLD)
    page.get_by_role("button", name="Ajouter", exact=True).dblclick()
    page.get_by_role("link", name="Envoi").click()
    page.get_by_role("button", name="Envoyer maintenant").wait_for()
    assert person.interventions(today().isoformat()) == []
    page.evaluate("held = false")
    assert wait_for(lambda: person.interventions(today().isoformat()))
    assert page.evaluate("location.pathname") == "/app/envoi", "whoever has left is not brought back"
    page.get_by_role("link", name="Ma journée").click()
    expect(page.get_by_role("link", name="Individuel ·")).to_have_count(1)
    page.get_by_role("link", name="Individuel", exact=True).click()
    page.get_by_role("heading", name="Accompagnement individuel").wait_for()
    expect(page.get_by_text("Reprise de votre saisie")).to_have_count(0)
    assert len(person.interventions(today().isoformat())) == 1


@pytest.mark.postgres
def test_what_was_written_before_the_answer_was_lost_is_there_once(person, phone, network):
    """Story 5."""
    page = phone.sign_in(person)
    card = page.get_by_role("button", name="Atelier · Médiathèque")
    card.wait_for()
    network.lose_answers()
    card.click()
    assert wait_for(lambda: person.interventions(today().isoformat()))
    network.mend()
    page.get_by_role("link", name="Envoi").click()
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.get_by_text("Tout est envoyé, dernier envoi")).to_be_visible()
    assert len(person.interventions(today().isoformat())) == 1


@pytest.mark.postgres
def test_two_devices_that_add_to_one_day_ask_nobody(person, phones):
    """Story 7."""
    first, second = phones(), phones()
    first.sign_in(person)
    second.sign_in(person)
    # What is filled in was learnt of the days that have come.
    expect(second.page.get_by_role("heading", name="Répéter")).to_be_visible()
    first.page.get_by_role("button", name="Atelier · Médiathèque").click()
    assert wait_for(lambda: len(person.interventions(today().isoformat())) == 1)
    second.page.get_by_role("link", name="Individuel", exact=True).click()
    add(second.page)
    assert wait_for(lambda: len(person.interventions(today().isoformat())) == 2)
    expect(second.page.get_by_text("Atelier · Médiathèque", exact=False).first).to_be_visible()


def test_a_closed_month_refuses_in_words_and_takes_the_day_when_it_is_open_again(organisation, phone, network):
    """Story 9."""
    person, coordinator = organisation.person(), organisation.person("coordinator", "Nadège Lambert")
    last_month = today().replace(day=1) - datetime.timedelta(days=5)
    day, month = last_month.isoformat(), last_month.isoformat()[:7]
    person.put(day, {"interventions": [SUPPORT]})
    phone.sign_in(person)
    phone.open(f"/app/jour/{day}")
    page = phone.page
    page.get_by_role("link", name="Individuel ·").wait_for()
    network.cut()
    page.get_by_role("link", name="Individuel", exact=True).click()
    add(page)
    expect(page.get_by_role("link", name="Individuel ·")).to_have_count(2)
    status, text = coordinator.ask("PUT", f"/v1/months/{month}/closing", {})
    assert status == 200, text
    network.mend()
    page.get_by_role("link", name="Envoi").click()
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.get_by_text("clos", exact=False).first).to_be_visible()
    assert len(person.interventions(day)) == 1
    status, text = coordinator.ask("DELETE", f"/v1/months/{month}/closing?reason=oubli")
    assert status == 204, text
    page.get_by_role("button", name="Envoyer de nouveau").click()
    assert wait_for(lambda: len(person.interventions(day)) == 2)
