"""A service that was restored from a backup: devices bring back what it has forgotten."""

import os
import pathlib
import tempfile

import pytest
from playwright.sync_api import expect

from relay import Relay
from stage import BINARY, SUPPORT, Organisation, Phone, add, days_ago, today, wait_for
from throwaway import Server, run


@pytest.fixture
def own_server():
    """A service on SQLite that this story alone uses, for it is stopped."""
    with tempfile.TemporaryDirectory(prefix="quotidien-web-") as name:
        folder = pathlib.Path(name)
        url = f"sqlite://{folder / 'quotidien.db'}"
        with Server(BINARY, url, folder) as server:
            yield server, url, folder


def command(url, *arguments):
    """Runs a command of the service on its database."""
    run([BINARY, *arguments], env=os.environ | {"DATABASE_URL": url})


def test_a_device_brings_back_the_day_that_a_restored_backup_lacks(own_server, playwright, tmp_path):
    """Story 10."""
    server, url, folder = own_server
    person = Organisation(server, url).person()
    person.put(days_ago(1), {"interventions": [SUPPORT]})
    with Relay(server.port) as network:
        phone = Phone(playwright, tmp_path / "phone", network.address)
        page = phone.sign_in(person)
        expect(page.get_by_role("heading", name="Répéter")).to_be_visible()
        command(url, "backup", str(folder / "before.backup"))
        page.get_by_role("link", name="Individuel", exact=True).click()
        add(page)
        [written] = wait_for(lambda: person.interventions(today()))
        phone.send()
        expect(page.get_by_text("Tout est envoyé, dernier envoi")).to_be_visible()
        server.__exit__()
        command(url, "restore", str(folder / "before.backup"))
        server.__enter__()
        person.forget_token()
        assert person.report(today()) is None, "the backup is from before"
        # A restoration ends all sessions.
        page = phone.open("/app/envoi")
        page.get_by_role("link", name="Se connecter").click()
        page.get_by_label("Mot de passe", exact=True).fill(person.password)
        page.get_by_role("button", name="Se connecter").click()
        assert wait_for(lambda: [one["id"] for one in person.interventions(today())] == [written["id"]])
        assert len(person.interventions(days_ago(1))) == 1
        phone.stop()
        assert phone.refused == phone.faults == []
