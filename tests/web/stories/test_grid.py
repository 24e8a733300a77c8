"""Stories 23 and 24: every view in every state, in both languages. Views that the application gains are taken up by themselves."""

import datetime
import re

import pytest

from grid import begin, judge, settle, unfold, views
from stage import SUPPORT, WORKSHOP, days_ago, identifier, stored, today

OF_ADVISORS = ["jour", "connexion", "mois", "envoi", "choisir", "moi", "accessibilite"]
LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}
# Days of the advisor, each in a state of its own.
FULL, CLASH, QUIET, ABSENT = days_ago(2), days_ago(3), days_ago(4), days_ago(5)
LAST_MONTH = today().replace(day=1) - datetime.timedelta(days=5)
CLOSED = LAST_MONTH.isoformat()


@pytest.fixture
def people(organisation):
    """An advisor and a coordinator with weeks behind them."""
    advisor, coordinator = organisation.person(name="Amélie Rousseau"), organisation.person("coordinator", "Nadège Lambert")
    for week in range(1, 8):
        advisor.put(days_ago(7 * week), {"interventions": [WORKSHOP, SUPPORT, SUPPORT | {"themes": ["email"]}]})
    advisor.put(FULL, {"interventions": [WORKSHOP, SUPPORT], "note": "Journée calme"})
    advisor.put(CLASH, {"interventions": [SUPPORT]})
    advisor.put(QUIET, {})
    advisor.put(ABSENT, {"absence": "leave"})
    advisor.put(CLOSED, {"interventions": [SUPPORT]})
    place = stored(coordinator, "/v1/places", {"name": "Médiathèque", "commune_code": "72181"})
    stored(coordinator, "/v1/planned-sessions", {
        "kind": "workshop", "day": today().isoformat(), "from": "09:30", "to": "11:30", "place_id": place, "advisors": [advisor.id]})
    return advisor, coordinator


def enter(phone, person):
    """Signs somebody in on a phone whose pages are judged."""
    begin(phone)
    page = phone.sign_in(person)
    settle(page)
    return page


def judged(page, states, language):
    """All that is wrong with a page in these states: each is a name and what leads there, from the address of the one before."""
    wrong = []
    for said, come in states:
        come()
        settle(page)
        wrong += judge(page, f"{said} ({language})")
    assert wrong == [], "\n".join(["", *wrong])


def change_without_a_network(phone, network, advisor, coordinator):
    """Leaves on a phone a day that changed elsewhere, and one that the service refuses."""
    page = phone.page
    month = CLOSED[:7]
    coordinator.ask("DELETE", f"/v1/months/{month}/closing?reason=essai")
    advisor.put(CLASH, {"interventions": [SUPPORT]})
    phone.wait_for_worker()
    phone.open("/app/envoi")
    page.locator("main button.main").click()
    page.wait_for_load_state("networkidle")
    network.cut()
    phone.open(f"/app/jour/{CLASH}").locator(".cards a.line").first.click()
    page.locator("label", has=page.locator("input[name=duration_minutes][value='30']")).click()
    page.locator(".dock button.main").click()
    page.locator(".notice").wait_for()
    phone.open(f"/app/jour/{CLOSED}").locator(".dock a").nth(1).click()
    page.locator("label", has=page.locator("input[name=themes]")).first.click()
    page.locator(".dock button.main").click()
    page.locator(".notice").wait_for()
    # What the other device writes has other identifiers: the intervention that was changed here is gone there.
    advisor.put(CLASH, {"interventions": [SUPPORT | {"duration_minutes": 15}]})
    status, text = coordinator.ask("PUT", f"/v1/months/{month}/closing", {})
    assert status == 200, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_an_advisor_can_be_read_by_all_in_every_state(people, phones, network, language):
    advisor, coordinator = people
    phone = phones(locale=LANGUAGES[language])
    page = enter(phone, advisor)
    new = f"/app/jour/{today()}/nouvelle?type="

    def shown(path, then=None):
        def come():
            phone.open(path)
            settle(page)
            if then:
                then()
        return come

    def folded():
        unfold(page)

    def everything():
        """A form with all that it can show, and all that is wrong with it."""
        for name in ("duration_minutes", "setting"):
            page.locator("label", has=page.locator(f"input[name={name}][value=other]")).click()
        page.locator("#themes button").click()
        unfold(page)
        page.locator("#participants").fill("0")
        page.locator(".dock button.main").click()
        page.locator("#faults").wait_for()

    change_without_a_network(phone, network, advisor, coordinator)
    states = [
        ("what waits, without a network", shown("/app/envoi")),
        ("a day that waits", shown(f"/app/jour/{CLASH}", folded)),
    ]
    judged(page, states, language)
    network.mend()
    phone.open("/app/envoi").locator("main button.main").click()
    page.locator("main a[href^='/app/choisir/']").first.wait_for()
    states = [
        ("what is to be chosen, and refused", shown("/app/envoi")),
        ("a day that is refused", shown(f"/app/jour/{CLOSED}", folded)),
        ("a day that changed elsewhere", shown(f"/app/jour/{CLASH}", folded)),
        ("a choice", shown(f"/app/choisir/{CLASH}")),
        ("nothing to choose", shown(f"/app/choisir/{FULL}")),
        ("today", shown("/app/jour", folded)),
        ("a day with a note", shown(f"/app/jour/{FULL}", folded)),
        ("a day without people", shown(f"/app/jour/{QUIET}", folded)),
        ("a day of absence", shown(f"/app/jour/{ABSENT}", folded)),
        ("an empty day", shown(f"/app/jour/{days_ago(6)}", folded)),
        ("a day to come", shown(f"/app/jour/{days_ago(-3)}")),
        ("a day before all", shown("/app/jour/2019-01-01")),
        ("an intervention that is gone", shown(f"/app/jour/{FULL}/{identifier()}")),
        ("a workshop", shown(new + "workshop", folded)),
        ("a workshop with faults", shown(new + "workshop", everything)),
        ("an individual support with faults", shown(new + "individual", everything)),
        ("a one-off request", shown(new + "one_off", folded)),
        ("an intervention that is there", shown(f"/app/jour/{FULL}", lambda: page.locator(".cards a.line").first.click())),
        ("a form that was left", shown("/app/jour")),
        ("my days", shown("/app/mois")),
        ("my days of a closed month", shown(f"/app/mois/{CLOSED[:7]}")),
        ("myself", shown("/app/moi", folded)),
        ("signing out while days wait", shown("/app/moi", lambda: page.locator("button.danger").last.click())),
        ("the statement", shown("/app/accessibilite")),
        ("no such page", shown("/app/nulle-part")),
        ("what was just done, with its undo", shown("/app/jour", lambda: page.locator(".repeat button.card").first.click())),
    ]
    judged(page, states, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_before_signing_in_can_be_read_by_all(people, phones, network, language):
    advisor, _ = people
    phone = phones(locale=LANGUAGES[language])
    begin(phone)
    page = phone.page

    def enter_with(password):
        page.locator("#email").fill(advisor.email)
        page.locator("#password").fill(password)
        page.locator("button[type=submit]").click()
        page.get_by_role("alert").wait_for()

    def without_a_network():
        network.cut()
        enter_with(advisor.password)
        network.mend()

    states = [
        ("signing in", lambda: phone.open("/app/connexion")),
        ("a wrong password", lambda: enter_with("un mauvais mot de passe")),
        ("a first sign-in without a network", without_a_network),
        ("the statement before signing in", lambda: phone.open("/app/accessibilite")),
    ]
    judged(page, states, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_coordinator_can_be_read_by_all_in_every_state(people, phones, language):
    _, coordinator = people
    month = (LAST_MONTH.replace(day=1) - datetime.timedelta(days=3)).isoformat()[:7]
    assert coordinator.ask("PUT", f"/v1/months/{CLOSED[:7]}/closing", {"comment": "Relu"})[0] == 200
    assert coordinator.ask("POST", "/v1/publications", {"from": CLOSED[:7], "to": CLOSED[:7]})[0] == 201
    phone = phones(locale=LANGUAGES[language])
    page = enter(phone, coordinator)

    def opened(path, button=None):
        def come():
            phone.open(path)
            settle(page)
            unfold(page)
            if button:
                page.locator(button).last.click()
        return come

    # One page of each kind that the pages lead to.
    kinds = {}

    def followed(name):
        """Opens a page, and notes where it leads."""
        def come():
            opened(f"/app/{name}")()
            for path in page.locator(f"main a[href^='/app/{name}/'], main a[href^='/app/{name}?']").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))"):
                kinds.setdefault((name, re.sub(r"[0-9a-f-]{36}|\d{4}-\d\d(-\d\d)?", "…", path)), path)
        return come

    of_coordinators = [name for name in views() if name not in OF_ADVISORS]
    judged(page, [(name, followed(name)) for name in [*of_coordinators, "moi", "accessibilite", "nulle-part"]], language)
    assert len(kinds) > 2, kinds
    states = [(path, opened(path)) for path in kinds.values()]
    states += [
        ("a month that is closed", opened(f"/app/tableau/{CLOSED[:7]}")),
        ("a month that is to be closed", opened(f"/app/tableau/{month}", "main button.main")),
        ("a breakdown", opened(f"/app/annexe?du={month}&au={CLOSED[:7]}&par=kind")),
        ("somebody is deactivated", opened("/app/equipe", "main button.danger")),
        ("a form that says nothing", opened("/app/equipe", "main form button.main")),
    ]
    judged(page, states, language)
