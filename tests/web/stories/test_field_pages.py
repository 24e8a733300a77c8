"""What holds for every page of the field: it can be read by all, it is not wider than its screen, a thumb hits its controls and
the keyboard reaches them."""

import pytest

from grid import NARROW, SMALL, WIDE, begin, field_views, glance, settle, tabbed, unfold
from stage import SUPPORT, WORKSHOP, days_ago, today
from test_planned import stored

LISTS = [*field_views(), "importer", "national", "plan", "organisation", "equipe"]


@pytest.fixture
def coordinator(organisation):
    """The coordinator of an organisation with a whole field."""
    advisor = organisation.person("advisor", "Camille Martin")
    coordinator = organisation.person("coordinator", "Nadège Lambert")
    coordinator.advisor = advisor
    advisor.put(days_ago(1), {"interventions": [WORKSHOP, SUPPORT]})
    things = coordinator.things = {}
    things["partenaires"] = partner = stored(coordinator, "/v1/partners", {
        "name": "Allonnes", "kind": "commune", "commune_code": "72003", "contacts": [{"name": "Claude Petit", "email": "mairie@example.org"}]})
    things["lieux"] = place = stored(coordinator, "/v1/places", {"name": "Médiathèque", "commune_code": "72181", "services": ["security"]})
    things["conventions"] = agreement = stored(coordinator, "/v1/agreements", {
        "partner_id": partner, "place_id": place, "starts_on": days_ago(30), "ends_on": days_ago(-30), "signed_on": days_ago(31),
        "commitments": [{"kind": "room"}], "advisors": [advisor.id]})
    things["rencontres"] = stored(coordinator, "/v1/meetings", {"day": days_ago(3), "partner_id": partner, "nature": ["needs"]})
    things["ateliers"] = workshop = stored(coordinator, "/v1/workshops", {"title": "Premiers courriels", "themes": ["email"]})
    things["demandes"] = stored(coordinator, "/v1/requests", {
        "kind": "workshop", "partner_id": partner, "workshop_id": workshop, "wished": [{"from": days_ago(-2)}], "received_on": days_ago(1)})
    things["seances"] = stored(coordinator, "/v1/planned-sessions", {
        "kind": "presence", "day": days_ago(2), "from": "09:30", "to": "11:30", "place_id": place, "advisors": [advisor.id], "agreement_id": agreement})
    things["recurrences"] = stored(coordinator, "/v1/schedules", {
        "name": "Marché", "kind": "stop", "frequency": "monthly", "by_day": ["1TU"], "from": "09:00", "to": "12:00", "starts_on": days_ago(0),
        "ends_on": days_ago(-100), "place_name": "Place des Jacobins", "advisors": [advisor.id]})
    things["orientations"] = stored(coordinator, "/v1/referrals", {
        "advisor_id": advisor.id, "received_on": days_ago(1), "service": "social_worker", "urgency": "week", "themes": ["health"]})
    things["etiquettes"] = stored(coordinator, "/v1/tags", {"name": "Été"})
    return coordinator


def paths(coordinator):
    """Each list, each sheet and each form."""
    yield from (f"/app/{name}" for name in LISTS)
    for kind, name in coordinator.things.items():
        yield f"/app/{kind}/{name}"
        yield f"/app/{kind}/{name}?modifier=1"
    yield f"/app/equipe/{coordinator.advisor.id}"
    yield f"/app/jour/{days_ago(1)}?de={coordinator.advisor.id}"
    yield f"/app/annexe?du={today():%Y-%m}&au={today():%Y-%m}&commune=72181&par=place"


@pytest.mark.parametrize(("locale", "size"), [("fr-FR", NARROW), ("en-GB", WIDE)])
def test_every_page_of_the_field_can_be_read_by_all(coordinator, phones, locale, size):
    """Stories 23 and 24, for the field."""
    desk = phones(locale=locale)
    begin(desk)
    page = desk.sign_in(coordinator)
    faults = []
    for path in paths(coordinator):
        desk.open(path)
        settle(page)
        unfold(page)
        found = glance(page, size) + page.evaluate(SMALL) + tabbed(page) + page.locator("main .banner.warning").all_inner_texts()
        faults += [f"{path}: {one}" for one in found]
        desk.look()
    assert not faults, "\n".join(faults)
