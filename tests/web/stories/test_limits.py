"""Limits of signing in, behind a proxy: what pages ask for and what programs ask for is counted together, by the caller's
address, whatever the proxy's is."""

import json

import pytest
from playwright.sync_api import expect

from proxied import NAME, SETTINGS, Proxy
from relay import Relay
from stage import BINARY, Organisation, Phone
from throwaway import Server

SIGN_INS = 12
PAGES, PROGRAMS = "/v1/browser-sessions", "/v1/sessions"


@pytest.fixture
def limited(tmp_path):
    """A service with the limits that a server has, and nginx before it."""
    folder = tmp_path / "service"
    folder.mkdir(mode=0o755)
    url = f"sqlite://{folder / 'quotidien.db'}"
    with Server(BINARY, url, folder, SETTINGS | {"QUOTIDIEN_SIGN_INS_PER_MINUTE": str(SIGN_INS)}) as server:
        with Proxy(folder, server.port) as proxy:
            yield server, url, proxy


def try_to_enter(proxy, path, source, name):
    """The status of a sign-in with a wrong password, from an address of this machine."""
    body = {"email": f"{name}@example.org", "password": "wrong-password-84"} | ({"keep": True} if path == PAGES else {})
    connection = proxy.connect(proxy.port, source)
    connection.request("POST", path, json.dumps(body), {
        "Host": NAME, "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin",
        # What a caller says of itself is not believed.
        "X-Forwarded-For": "192.0.2.10"})
    return connection.getresponse().status


@pytest.mark.parametrize(("first", "second"), [(PAGES, PROGRAMS), (PROGRAMS, PAGES)])
def test_sign_ins_of_pages_and_of_programs_share_the_limits_of_an_address(limited, first, second):
    _, _, proxy = limited
    tried = [try_to_enter(proxy, first, "127.0.0.2", f"nobody{number}") for number in range(SIGN_INS + 3)]
    assert tried[0] == 401 and tried[-1] == 429, tried
    assert try_to_enter(proxy, second, "127.0.0.2", "somebody") == 429
    assert try_to_enter(proxy, second, "127.0.0.3", "somebody") == 401, "another address has tries of its own"


def test_a_page_says_how_long_to_wait_and_takes_the_right_password_afterwards(limited, playwright, tmp_path):
    server, url, proxy = limited
    person = Organisation(server, url).person()
    with Relay(proxy.port, proxy.origin) as network:
        phone = Phone(playwright, tmp_path / "phone", network.address, **proxy.browser)
        page = phone.open("/app/connexion")
        page.get_by_label("Adresse électronique").fill(person.email)
        page.get_by_label("Mot de passe", exact=True).fill("un mauvais mot de passe")
        waiting = page.get_by_text("Réessayez dans", exact=False)
        for _ in range(SIGN_INS):
            page.get_by_role("button", name="Se connecter").click()
            expect(page.get_by_role("alert")).to_be_visible()
            expect(page.get_by_role("button", name="Se connecter")).to_be_enabled()
            if waiting.count() > 0:
                break
        expect(waiting).to_be_visible()
        # The form waits for nothing but the service's word: after the time that it names, the right password is taken.
        expect(waiting).to_have_count(0, timeout=60_000)
        page.get_by_label("Mot de passe", exact=True).fill(person.password)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url("**/app/jour/**", timeout=30_000)
        phone.stop()
        assert phone.refused == phone.faults == []
