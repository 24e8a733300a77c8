"""The field: what is planned becomes an intervention, and a place that nobody knew arrives once, both without a network."""

import pytest
from playwright.sync_api import expect

from stage import SUPPORT, WORKSHOP, add, days_ago, stored, today, wait_for


@pytest.fixture
def person(organisation):
    """An advisor who knows the library."""
    person = organisation.person()
    person.put(days_ago(7), {"interventions": [WORKSHOP]})
    person.put(days_ago(1), {"interventions": [SUPPORT | {"commune_code": "72181"}]})
    return person


def leave_the_network(person, phone, network):
    """Signs in, learns all there is to learn, and goes where there is no network."""
    page = phone.sign_in(person)
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    phone.send()
    expect(page.get_by_text("Tout est envoyé, dernier envoi")).to_be_visible()
    phone.wait_for_worker()
    network.cut()
    page = phone.open("/app/jour")
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    return page


def planned(coordinator, person, **more):
    """Plans a workshop of today at the library for somebody; returns the session and the place."""
    place = stored(coordinator, "/v1/places", {"name": "Médiathèque", "commune_code": "72181"})
    session = stored(coordinator, "/v1/planned-sessions", {
        "kind": "workshop", "day": today().isoformat(), "from": "09:30", "to": "11:30", "place_id": place, "advisors": [person.id]} | more)
    return session, place


@pytest.mark.postgres
def test_a_planned_session_becomes_an_intervention_in_two_taps_without_a_network(organisation, person, phone, network):
    """Its people, place, time and usual themes are filled in, and it is known to have been held."""
    session, place = planned(organisation.person("coordinator"), person, registered=8)
    page = leave_the_network(person, phone, network)
    page.get_by_role("button", name="Saisir", exact=True).click()
    page.get_by_role("button", name="Ajouter", exact=True).click()
    expect(page.get_by_role("link", name="Atelier · Médiathèque")).to_be_visible()
    expect(page.get_by_text("Séance tenue")).to_be_visible()
    expect(page.get_by_role("button", name="Saisir", exact=True)).to_have_count(0)
    assert person.report(today()) is None
    network.mend()
    phone.send()
    [written] = wait_for(lambda: person.interventions(today()))
    assert {name: written[name] for name in ("kind", "participants", "duration_minutes", "place_name", "place_id", "themes")} == {
        "kind": "workshop", "participants": 8, "duration_minutes": 120, "place_name": "Médiathèque", "place_id": place,
        "themes": sorted(WORKSHOP["themes"])}
    assert wait_for(lambda: person.read(f"/v1/planned-sessions/{session}")["outcome"] == "held")


def test_that_nobody_came_is_said_in_one_tap_without_a_network(organisation, person, phone, network):
    """And is taken back by another, before it is sent."""
    session, _ = planned(organisation.person("coordinator"), person)
    page = leave_the_network(person, phone, network)
    for taken_back in (True, False):
        page.get_by_role("button", name="Personne n’est venu").click()
        expect(page.get_by_role("button", name="Personne n’est venu")).to_have_count(0)
        if taken_back:
            page.get_by_role("button", name="Annuler", exact=True).click()
            expect(page.get_by_role("button", name="Personne n’est venu")).to_be_visible()
    network.mend()
    phone.send()
    assert wait_for(lambda: person.read(f"/v1/planned-sessions/{session}")["outcome"] == "not_held")
    assert person.report(today()) is None


def test_a_place_that_is_proposed_without_a_network_arrives_once(person, phone, network):
    """Also where the answer is lost after the service wrote it."""
    page = leave_the_network(person, phone, network)
    page.get_by_role("link", name="Individuel", exact=True).click()
    page.get_by_role("radio", name="Autre lieu").check()
    page.get_by_role("radio", name="Structure partenaire").check()
    page.get_by_label("Nom du lieu").fill("Épicerie du pont")
    page.get_by_label("Commune", exact=True).fill("Le Mans")
    page.get_by_role("checkbox", name="Proposer ce lieu à la coordination").check()
    add(page)
    expect(page.get_by_role("link", name="Individuel · Épicerie du pont")).to_be_visible()
    # It is offered at once, and what is written with it names the same place.
    page.get_by_role("link", name="Individuel", exact=True).click()
    page.get_by_role("radio", name="Épicerie du pont").check()
    add(page)
    expect(page.get_by_role("link", name="Individuel · Épicerie du pont")).to_have_count(2)

    def proposed():
        return [one for one in person.read("/v1/places")["items"] if one["name"] == "Épicerie du pont"]

    network.mend()
    network.lose_answers(to=b"PUT /v1/places/")
    phone.send()
    assert wait_for(proposed), "the service has the place, and nobody heard of it"
    assert person.report(today()) is None, "the places that a day names go before it"
    network.mend()
    phone.send()
    written = wait_for(lambda: person.interventions(today()))
    expect(page.get_by_text("Tout est envoyé, dernier envoi")).to_be_visible()
    [place] = proposed()
    assert place["status"] == "proposed" and place["commune_code"] == "72181"
    assert [one["place_id"] for one in written] == [place["place_id"]] * 2
