"""Whose device it is: sessions that end, people who sign out, tabs, and pages of other sites."""

import contextlib
import http.server
import json
import threading

import pytest
from playwright.sync_api import Error, expect

from stage import SUPPORT, add, days_ago, today, wait_for

# The cookie of a session has its real name, and is kept for HTTPS, only where there is a proxy with TLS.
pytestmark = pytest.mark.nginx
PATHS = [("POST", "/v1/browser-sessions"), ("POST", "/v1/browser-sessions/refresh"), ("DELETE", "/v1/browser-sessions/current")]


def others(person):
    """The sessions of somebody but the one that asks."""
    return [one["session_id"] for one in person.read("/v1/sessions")["items"] if not one["current"]]


def revoke(person):
    """Ends every session of somebody but the one that asks."""
    for session in others(person):
        status, text = person.ask("DELETE", f"/v1/sessions/{session}")
        assert status == 204, text


def enter(page, person):
    """Signs somebody in on the page that asks for it."""
    page.get_by_label("Adresse électronique").fill(person.email)
    page.get_by_label("Mot de passe", exact=True).fill(person.password)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/app/jour/**")


@pytest.fixture
def worked(organisation):
    """An advisor who is not new."""
    person = organisation.person()
    person.put(days_ago(1), {"interventions": [SUPPORT | {"note": "Boîte aux lettres"}]})
    return person


@pytest.fixture
def away(worked, phone):
    """A phone that opens without a network, and its owner."""
    page = phone.sign_in(worked)
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    phone.wait_for_worker()
    expect(phone.open("/app/jour").get_by_role("heading", name="Répéter")).to_be_visible()
    return worked, phone


@pytest.mark.postgres
def test_days_that_wait_outlive_a_revoked_session_and_stay_with_their_account(organisation, away, network):
    """Story 11."""
    person, phone = away
    days = [days_ago(count) for count in (30, 31, 32)]
    network.cut()
    for day in days:
        page = phone.open(f"/app/jour/{day}/nouvelle?type=individual")
        add(page)
        expect(page.get_by_role("link", name="Individuel ·")).to_be_visible()
    revoke(person)
    network.mend()
    page = phone.open("/app/envoi")
    expect(page.get_by_text("Reconnectez-vous pour envoyer").first).to_be_visible()
    expect(page.get_by_text("3 jours à envoyer", exact=False).first).to_be_visible()
    assert all(person.report(day) is None for day in days)

    other = organisation.person(name="Nour Benali")
    page.get_by_role("link", name="Se connecter").click()
    enter(page, other)
    for day in days:
        page = phone.open(f"/app/jour/{day}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("link", name="Individuel ·")).to_have_count(0)
    page.get_by_role("link", name="Envoi").click()
    expect(page.get_by_text("Tout est envoyé").first).to_be_visible()
    page.get_by_role("link", name="Moi").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/app/connexion")

    phone.sign_in(person)
    assert wait_for(lambda: all(len(person.interventions(day)) == 1 for day in days))
    assert all(other.report(day) is None for day in days)


def test_whoever_is_asked_to_sign_in_again_goes_on_where_they_were(away, network):
    """Story 11."""
    person, phone = away
    network.cut()
    page = phone.open(f"/app/jour/{days_ago(30)}/nouvelle?type=individual")
    add(page)
    expect(page.get_by_role("link", name="Individuel ·")).to_be_visible()
    revoke(person)
    network.mend()
    page = phone.open("/app/envoi")
    page.get_by_role("link", name="Se connecter").click()
    expect(page.get_by_text("Votre 1 jour reste sur cet appareil.")).to_be_visible()
    expect(page.get_by_label("Adresse électronique")).to_have_value(person.email)
    enter(page, person)
    assert wait_for(lambda: len(person.interventions(days_ago(30))) == 1)


def test_a_refresh_of_a_closed_page_that_comes_too_late_ends_the_session_and_loses_nothing(away, network, front):
    """Story 11."""
    person, phone = away

    def refreshed():
        """The cookie after a page has asked for a token."""
        with phone.page.expect_response("**/v1/browser-sessions/refresh"):
            phone.open("/app/jour")
        [cookie] = [one for one in phone.context.cookies() if one["name"] == front.cookie]
        return f"{cookie['name']}={cookie['value']}"

    late = refreshed()
    assert len({late, refreshed(), refreshed()}) == 3
    network.cut()
    page = phone.open(f"/app/jour/{days_ago(30)}/nouvelle?type=individual")
    add(page)
    expect(page.get_by_role("link", name="Individuel ·")).to_be_visible()
    page = phone.open(f"/app/jour/{days_ago(31)}/nouvelle?type=individual")
    page.get_by_role("checkbox", name="Santé").check()
    assert wait_for(lambda: any(disk["forms"] for disk in phone.stored()["databases"].values()))

    connection = front.connect(front.port)
    connection.request(*PATHS[1], "{}", {"Cookie": late, "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"})
    assert connection.getresponse().status == 401
    assert others(person) == [], "whoever uses a token that was used has perhaps stolen it"

    phone.open("/app/envoi")
    network.mend()
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.get_by_text("Votre session est terminée. Reconnectez-vous pour envoyer.").first).to_be_visible()
    expect(page.get_by_text("1 jour à envoyer", exact=False).first).to_be_visible()
    page.get_by_role("link", name="Se connecter").click()
    enter(page, person)
    assert wait_for(lambda: len(person.interventions(days_ago(30))) == 1)
    page = phone.open(f"/app/jour/{days_ago(31)}/nouvelle?type=individual")
    expect(page.get_by_text("Reprise de votre saisie")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Santé")).to_be_checked()


def test_signing_out_without_a_network_leaves_nothing_and_ends_the_session_with_the_next(away, network):
    """Story 12."""
    person, phone = away
    before = others(person)
    assert len(before) == 1
    network.cut()
    page = phone.open("/app/moi")
    expect(page.get_by_role("heading", name=person.name)).to_be_visible()
    assert "Boîte aux lettres" in json.dumps(phone.stored(), ensure_ascii=False)
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/app/connexion")
    # An address in the history shows nothing either.
    page = phone.open(f"/app/jour/{days_ago(1)}")
    expect(page.get_by_role("button", name="Se connecter")).to_be_visible()
    kept = phone.stored()
    assert list(kept["databases"]) == ["quotidien"]
    text = json.dumps(kept, ensure_ascii=False)
    assert not [word for word in (person.email, person.name, person.id, "Boîte aux lettres") if word in text]
    assert others(person) == before
    network.mend()
    phone.open("/app/connexion")
    assert wait_for(lambda: others(person) == []), "the session has not ended on the service"


def test_what_waits_can_be_kept_hidden_for_whoever_wrote_it(organisation, away, network):
    """Story 12: the days that were not sent stay when their writer wants it, and nobody else sees or sends them."""
    person, phone = away
    day = days_ago(30)
    network.cut()
    page = phone.open(f"/app/jour/{day}/nouvelle?type=individual")
    add(page)
    expect(page.get_by_role("link", name="Individuel ·")).to_be_visible()
    page.get_by_role("link", name="Moi").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 jour n’est pas envoyé")
    page.get_by_role("button", name="Les garder ici, cachés").click()
    page.wait_for_url("**/app/connexion")
    network.mend()
    other = organisation.person(name="Nour Benali")
    phone.sign_in(other)
    page = phone.open(f"/app/jour/{day}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Individuel ·")).to_have_count(0)
    phone.send()
    expect(page.get_by_text("Tout est envoyé, dernier envoi")).to_be_visible()
    assert person.report(day) is None and other.report(day) is None
    assert others(person) == [], "the session that was ended without a network has ended"
    page.get_by_role("link", name="Moi").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/app/connexion")
    phone.sign_in(person)
    assert wait_for(lambda: len(person.interventions(day)) == 1)
    assert other.report(day) is None
    # The session that began last is the one that goes on.
    expect(phone.open("/app/jour").get_by_role("heading", name="Répéter")).to_be_visible()
    assert len(others(person)) == 1


def test_a_tab_that_was_left_open_shows_and_sends_nothing_of_whoever_signed_out(organisation, away, network):
    """Story 12: its days are neither seen by whoever signs in next on another tab, nor sent as theirs."""
    person, phone = away
    day = days_ago(30)
    network.cut()
    page = phone.open(f"/app/jour/{day}/nouvelle?type=individual")
    add(page)
    expect(page.get_by_role("link", name="Individuel ·")).to_be_visible()
    left_open, phone.page = page, phone.context.new_page()
    phone.page.set_default_timeout(15_000)
    page = phone.open("/app/moi")
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("button", name="Les garder ici, cachés").click()
    page.wait_for_url("**/app/connexion")
    expect(left_open.get_by_role("button", name="Se connecter")).to_be_visible()
    network.mend()
    other = organisation.person(name="Nour Benali")
    phone.sign_in(other)
    left_open.evaluate("dispatchEvent(new Event('online'))")
    phone.send()
    expect(phone.page.get_by_text("Tout est envoyé, dernier envoi")).to_be_visible()
    assert other.report(day) is None and person.report(day) is None


def test_two_tabs_that_refresh_at_once_both_go_on_and_no_token_is_kept(worked, phone, front):
    """Story 13."""
    tokens = []

    def note(response):
        if "/v1/browser-sessions" in response.url and response.status == 201:
            # A page that is left takes the answer that it waited for along.
            with contextlib.suppress(Error):
                tokens.append(response.json()["access_token"])

    page = phone.sign_in(worked)
    expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
    phone.context.on("response", note)
    other = phone.context.new_page()
    other.set_default_timeout(15_000)
    for round_ in range(2):
        # Neither is waited for before the other begins.
        for tab in (page, other):
            tab.goto(f"{phone.address}/app/jour/{days_ago(round_ + 2)}", wait_until="commit")
        for tab in (page, other):
            tab.get_by_role("link", name="Individuel", exact=True).click()
            add(tab)
            expect(tab.get_by_role("link", name="Individuel ·").first).to_be_visible()
        assert wait_for(lambda: len(worked.interventions(days_ago(round_ + 2))) == 2)
    assert wait_for(lambda: len(tokens) >= 4), "each tab has a token of its own"
    [cookie] = [one for one in phone.context.cookies() if one["name"] == front.cookie]
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["secure"] == front.secure
    kept = json.dumps(phone.stored())
    assert not [secret for secret in (*tokens, cookie["value"], worked.password) if secret in kept]
    assert len(others(worked)) == 1


@pytest.fixture
def stranger(front):
    """The port of a site that is not the service's, but has its name and its certificate."""
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Stranger</title>")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as site:
        site.socket = front.serve(site.socket)
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield site.server_port
        site.shutdown()


def test_pages_of_other_sites_forge_nothing(worked, phone, stranger, front):
    """Story 14: in a browser, which says what page makes a request."""
    phone.sign_in(worked)
    before = others(worked)
    answers = []
    phone.page.on("response", lambda response: answers.append((response.request.method, response.url, response.status)))
    # A site of another name, and one of the same name at another port, to which the browser sends the cookie.
    other = f"https://127.0.0.1:{stranger}" if front.secure else f"http://localhost:{stranger}"
    for origin in (other, f"{front.origin}:{stranger}"):
        phone.page.goto(origin)
        for method, path in PATHS:
            answers.clear()
            forged = """async ([method, url, type]) => {
                const told = await fetch(url, { method, mode: type ? 'cors' : 'no-cors', credentials: 'include', body: '{}',
                    headers: type ? { 'Content-Type': type } : {} }).catch((error) => null);
                return told && told.type !== 'opaque' ? await told.text() : null;
            }"""
            for kind in (["application/json", ""] if method == "POST" else ["application/json"]):
                assert phone.page.evaluate(forged, [method, phone.address + path, kind]) is None, "another site reads the answer"
            assert not [status for asked, url, status in answers if asked == method and url.endswith(path) and status != 403], answers
            if method == "POST":
                assert (method, phone.address + path, 403) in answers
        # A form sends what it likes, and goes there.
        with phone.page.expect_navigation() as gone:
            phone.page.evaluate("""(url) => { const form = document.createElement('form'); form.method = 'post'; form.action = url;
                form.enctype = 'text/plain'; document.body.append(form); form.submit(); }""", phone.address + PATHS[1][1])
        assert gone.value.status == 403
    assert others(worked) == before
    phone.open("/app/moi")
    expect(phone.page.get_by_text("cet appareil")).to_be_visible()


def test_requests_that_do_not_say_what_page_makes_them_are_refused(worked, phone, front):
    """Story 14: as of a browser that sends no `Sec-Fetch-Site`, with the cookie."""
    phone.sign_in(worked)
    before = others(worked)
    [cookie] = [one for one in phone.context.cookies() if one["name"] == front.cookie]
    jar = f"{cookie['name']}={cookie['value']}"

    def ask(method, path, headers, body="{}"):
        connection = front.connect(front.port)
        connection.request(method, path, body, {"Cookie": jar, "Content-Type": "application/json"} | headers)
        return connection.getresponse().status

    foreign = [{}, {"Origin": "https://example.org"}, {"Origin": "null"}, {"Origin": f"http://localhost:{worked.server.port}"},
               {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"},
               {"Sec-Fetch-Site": "cross-site", "Origin": f"http://127.0.0.1:{worked.server.port}"}]
    for method, path in PATHS:
        assert [ask(method, path, headers) for headers in foreign] == [403] * len(foreign), path
    # The cookie opens nothing else.
    own = {"Sec-Fetch-Site": "same-origin"}
    for path in ("/v1/me", "/v1/sessions", "/v1/changes", f"/v1/advisors/{worked.id}/reports/{days_ago(1)}"):
        assert ask("GET", path, own, None) == 401
    assert ask("PUT", f"/v1/advisors/{worked.id}/reports/{today()}", own) == 401
    assert others(worked) == before
    assert ask(*PATHS[1], own) == 201, "the cookie is good where it is to be used"
