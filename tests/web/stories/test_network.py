"""What the world does to a device: bad networks, services that forget, updates that come in the midst of work."""

import random

import pytest
from playwright.sync_api import expect

from stage import SUPPORT, add, days_ago, today, wait_for

SEED = 20221004
EDITS = 40


# A build that no file has.
FRESH = "0123456789ab"


@pytest.fixture
def person(organisation):
    """An advisor who is not new."""
    person = organisation.person()
    person.put(days_ago(1), {"interventions": [SUPPORT]})
    return person


def settle_in(phone, person):
    """Signs in, until the application opens without a network."""
    page = phone.sign_in(person)
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    phone.wait_for_worker()
    page = phone.open("/app/jour")
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    return page


def turn_to(page, day):
    """Turns to a day on the open page."""
    page.get_by_role("link", name="Ma journée").click()
    page.locator("#day").fill(day)
    page.wait_for_url(f"**/app/jour/{day}")


def edit(page, chance, days):
    """Adds an intervention to one of the days, or changes or removes the first that it has."""
    turn_to(page, chance.choice(days))
    listed = page.get_by_role("link", name="Individuel ·")
    what = chance.random()
    if what < 0.5 or listed.count() == 0:
        page.get_by_role("link", name="Individuel", exact=True).click()
        add(page)
    else:
        listed.first.click()
        page.get_by_role("radio", name=chance.choice(["15 min", "30 min", "45 min"])).check()
        page.get_by_role("button", name="Enregistrer" if what < 0.8 else "Supprimer", exact=True).click()
    page.get_by_role("heading", name="Accompagnement individuel").wait_for(state="detached")


def on_device(phone, person):
    """The interventions that a device has of each day, and how long they were; what was not sent goes before what was."""
    days = phone.stored()["databases"][f"quotidien-{person.id}"]["days"]
    reports = {day["date"]: day["draft"]["report"] if day["draft"] else day["report"] for day in days}
    return {day: sorted((one["id"], one["duration_minutes"]) for one in (report or {}).get("interventions", [])) for day, report in reports.items()}


def on_service(person, days):
    """The same of the service."""
    return {day: sorted((one["id"], one["duration_minutes"]) for one in person.interventions(day)) for day in days}


def test_a_network_that_drops_stalls_truncates_and_delays_loses_nothing(person, phone, network):
    """Story 6."""
    page = settle_in(phone, person)
    days = [days_ago(count) for count in range(4)]
    chance = random.Random(SEED)
    network.be_bad(SEED)
    elsewhere = [days_ago(10 + count) for count in range(4)]
    for number in range(EDITS):
        edit(page, chance, days)
        if number % 10 == 0:
            # Another device, on a network that is good, writes other days.
            person.put(elsewhere[number // 10], {"interventions": [SUPPORT]})
        # A network that comes and goes tells the browser so.
        page.evaluate("dispatchEvent(new Event('online'))")
    written = {day: there for day, there in on_device(phone, person).items() if day in days}
    assert sum(len(of_day) for of_day in written.values()) > 3
    assert network.lost > 5, "the network was not that bad"
    network.mend()
    phone.send()
    expect(page.get_by_text("Tout est envoyé, dernier envoi")).to_be_visible(timeout=60_000)
    assert wait_for(lambda: on_service(person, written) == written)
    everything = {day: there for day, there in on_service(person, [*days, *elsewhere]).items() if there}
    assert set(elsewhere) < set(everything)
    assert wait_for(lambda: {day: there for day, there in on_device(phone, person).items() if there} == everything)


def build_of(page):
    """The build that a page is of."""
    return page.locator("meta[name=quotidien-build]").get_attribute("content")


def look_for_an_update(page):
    """What the application does each hour."""
    page.evaluate("navigator.serviceWorker.getRegistration('/app/').then((one) => one.update()).catch(() => null)")


def send_in_the_background(phone):
    """What a browser does where it finds a network again: the worker sends, with or without a page."""
    devtools = phone.context.new_cdp_session(phone.page)
    registrations = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    assert wait_for(lambda: phone.page.evaluate("1") and registrations)
    devtools.send("ServiceWorker.dispatchSyncEvent", {
        "origin": phone.address, "registrationId": registrations[0]["registrationId"], "tag": "send", "lastChance": False})


def test_an_update_waits_for_a_tap_and_loses_neither_the_form_nor_what_waits(person, phone, network):
    """Story 17."""
    page = settle_in(phone, person)
    old = build_of(page)
    network.cut()
    days = [days_ago(30), days_ago(31)]
    for day in days:
        turn_to(page, day)
        page.get_by_role("link", name="Individuel", exact=True).click()
        add(page)
        expect(page.get_by_role("link", name="Individuel ·")).to_be_visible()
    turn_to(page, today().isoformat())
    page.get_by_role("link", name="Atelier", exact=True).click()
    page.locator("#participants").fill("7")
    network.deploy(old, FRESH)
    network.mend()
    look_for_an_update(page)
    expect(page.get_by_text("Nouvelle version prête")).to_be_visible(timeout=30_000)
    assert build_of(page) == old
    expect(page.locator("#participants")).to_have_value("7")
    page.get_by_role("button", name="Mettre à jour").click()
    expect(page.locator(f"meta[name=quotidien-build][content='{FRESH}']")).to_have_count(1)
    expect(page.locator("#participants")).to_have_value("7")
    expect(page.get_by_text("Reprise de votre saisie")).to_be_visible()
    assert wait_for(lambda: all(len(person.interventions(day)) == 1 for day in days))
    network.cut()
    page = phone.open(f"/app/jour/{days[0]}")
    expect(page.get_by_role("link", name="Individuel ·")).to_be_visible()
    assert build_of(page) == FRESH
    assert wait_for(lambda: page.evaluate("caches.keys()") == [f"quotidien-{FRESH}"]), "the old build is gone"


def test_an_update_that_is_cut_half_way_leaves_the_old_version_which_opens(person, phone, network):
    """Story 18."""
    page = settle_in(phone, person)
    old = build_of(page)
    network.deploy(old, FRESH, files=8)
    look_for_an_update(page)
    assert wait_for(lambda: network.is_cut), "the new build was being fetched"
    for path in ("/app/jour", "/app/envoi", "/app/moi"):
        page = phone.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert build_of(page) == old
    expect(page.get_by_text("Nouvelle version prête")).to_have_count(0)
    # The next try is whole.
    network.deploy(old, FRESH)
    network.mend()
    look_for_an_update(page)
    expect(page.get_by_text("Nouvelle version prête")).to_be_visible(timeout=30_000)


def test_an_update_that_was_tapped_waits_for_nothing_that_the_old_version_sends(person, phone, network):
    """A background synchronisation on a network that stalls keeps a worker busy for as long as the device is patient."""
    page = settle_in(phone, person)
    old = build_of(page)
    network.deploy(old, FRESH)
    look_for_an_update(page)
    expect(page.get_by_text("Nouvelle version prête")).to_be_visible(timeout=30_000)
    network.stall()
    asked = network.requests
    page.get_by_role("link", name="Individuel", exact=True).click()
    add(page)
    send_in_the_background(phone)
    assert wait_for(lambda: network.requests > asked), "the old version is sending"
    page.get_by_role("button", name="Mettre à jour").click()
    expect(page.locator(f"meta[name=quotidien-build][content='{FRESH}']")).to_have_count(1)
    network.mend()
    assert wait_for(lambda: len(person.interventions(today())) == 1), "the new version sends what the old one broke off"


def test_a_day_arrives_when_the_page_is_closed(person, phone, network):
    """Story 19."""
    page = settle_in(phone, person)
    network.cut()
    page.get_by_role("link", name="Individuel", exact=True).click()
    add(page)
    expect(page.get_by_role("link", name="Individuel ·")).to_be_visible()
    phone.page = phone.context.new_page()
    page.close()
    network.mend()
    assert person.report(today()) is None
    # A page of the service that is not the application.
    phone.open("/healthz")
    send_in_the_background(phone)
    assert wait_for(lambda: len(person.interventions(today())) == 1)
