"""Sending and choosing: two devices, a bad network, a service that forgot, and what is planned."""

from playwright.sync_api import expect
import pytest

from stage import SUPPORT, days_ago, wait_for


def turn_to(phone, day):
    """Turns to a day on the open page, which asks nothing of the service."""
    phone.page.get_by_role("link", name="Ma journée").click()
    phone.page.locator("#day").fill(day)
    return phone.page


def change(phone, day, minutes):
    """Changes how long the individual support of a day was."""
    page = turn_to(phone, day)
    page.get_by_role("link", name="Individuel ·").click()
    page.get_by_role("radio", name=minutes, exact=True).check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Modification enregistrée.").first).to_be_visible()


def remove(phone, day):
    """Removes the individual support of a day."""
    page = turn_to(phone, day)
    page.get_by_role("link", name="Individuel ·").click()
    page.get_by_role("button", name="Supprimer", exact=True).click()
    expect(page.get_by_text("Intervention supprimée.").first).to_be_visible()


def choose(phone, day, side):
    """Chooses one side of the only part of a day on which two devices differ."""
    page = turn_to(phone, day)
    expect(page.get_by_text("Cette journée a aussi changé ailleurs.")).to_be_visible()
    page.get_by_role("link", name="Choisir", exact=True).click()
    expect(page.get_by_text("Depuis un autre de vos appareils")).to_be_visible()
    keep = page.get_by_role("button", name="Garder ces choix")
    expect(keep).to_be_disabled()
    page.get_by_role("radio", name=side).check()
    keep.click()
    expect(page.get_by_text("C’est noté.").first).to_be_visible()


def settled(phone):
    """Sends and asks by hand until nothing waits."""
    phone.send()
    expect(phone.page.get_by_text("Tout est envoyé, dernier envoi")).to_be_visible()


def minutes_on(phone, person, day):
    """How long the interventions of a day were, as a device has it, which has nothing to send of it."""
    [kept] = [one for one in phone.stored()["databases"][f"quotidien-{person.id}"]["days"] if one["date"] == day]
    assert kept["draft"] is None
    return [one["duration_minutes"] for one in (kept["report"] or {}).get("interventions", [])]


def minutes(person, day):
    """How long the interventions of a day were, as the service has it."""
    return [one["duration_minutes"] for one in person.interventions(day)]


@pytest.fixture
def two_days(organisation):
    """An advisor with an individual support of 45 minutes on each of two days."""
    person = organisation.person()
    days = [days_ago(1), days_ago(2)]
    for day in days:
        person.put(day, {"interventions": [SUPPORT]})
    return person, *days


@pytest.fixture
def devices(two_days, phones):
    """Two devices that know both days."""
    person, *days = two_days
    devices = phones(), phones()
    for device in devices:
        device.sign_in(person)
        settled(device)
        for day in days:
            expect(turn_to(device, day).get_by_role("link", name="Individuel ·")).to_be_visible()
    return devices


def check_both(devices, person, expected):
    """The service and both devices have the same."""
    for day, lasted in expected.items():
        assert wait_for(lambda: minutes(person, day) == lasted), f"{day}: {minutes(person, day)}"
    for device in devices:
        settled(device)
        for day, lasted in expected.items():
            assert wait_for(lambda: minutes_on(device, person, day) == lasted)


@pytest.mark.postgres
def test_two_devices_that_change_one_field_ask_and_each_outcome_is_right_on_both(two_days, devices, network):
    """Story 8."""
    (person, here, there), (first, second) = two_days, devices
    for day in (here, there):
        change(first, day, "15 min")
        assert wait_for(lambda: minutes(person, day) == [15])
    network.cut()
    for day in (here, there):
        change(second, day, "30 min")
    network.mend()
    second.send()
    expect(second.page.get_by_role("heading", name="À choisir")).to_be_visible()
    expect(second.page.get_by_role("link", name="Choisir", exact=True)).to_have_count(2)
    assert minutes(person, here) == minutes(person, there) == [15], "nothing is overwritten before somebody has chosen"
    choose(second, here, "Sur cet appareil")
    choose(second, there, "Déjà enregistré")
    check_both(devices, person, {here: [30], there: [15]})


def test_a_deletion_on_one_device_and_a_change_on_another_ask_and_each_outcome_is_right_on_both(two_days, devices, network):
    """Story 8."""
    (person, here, there), (first, second) = two_days, devices
    for day in (here, there):
        remove(first, day)
        assert wait_for(lambda: minutes(person, day) == [])
    network.cut()
    for day in (here, there):
        change(second, day, "30 min")
    network.mend()
    second.send()
    expect(second.page.get_by_role("link", name="Choisir", exact=True)).to_have_count(2)
    choose(second, here, "Sur cet appareil")
    expect(second.page.get_by_role("link", name="Individuel ·")).to_be_visible()
    choose(second, there, "Déjà enregistré")
    check_both(devices, person, {here: [30], there: []})
