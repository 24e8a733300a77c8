"""What the stories are played with: people of an organisation, who call the API too, and phones, which are browsers of their
own that can be killed and switched on again."""

import contextlib
import datetime
import json
import os
import pathlib
import secrets
import shutil
import signal
import time
import uuid
import zoneinfo

from throwaway import create_account, create_organisation

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("QUOTIDIEN_BINARY", ROOT / "target" / "release" / "quotidien"))
AXE = ROOT / "tests" / "web" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# A phone of 2020, upright.
SIZE = {"width": 360, "height": 740}
WORKSHOP = {"kind": "workshop", "participants": 9, "recurring_participants": 4, "duration_minutes": 90,
            "setting": "partner_site", "place_name": "Médiathèque", "commune_code": "72181",
            "themes": ["internet", "email"], "age_groups": {"70_plus": 6}, "note": "Salle 2"}
SUPPORT = {"kind": "individual", "participants": 1, "duration_minutes": 45, "setting": "advisor_site",
           "themes": ["health"]}
# All that a browser keeps and a script can read: databases, files, both storages, cookies and the address.
STORED = """async () => {
  const done = (request) => new Promise((good, bad) => { request.onsuccess = () => good(request.result); request.onerror = bad; });
  const kept = { databases: {}, files: [], local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie, address: location.href };
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    kept.databases[name] = {};
    for (const store of database.objectStoreNames) kept.databases[name][store] = await done(database.transaction(store).objectStore(store).getAll());
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) kept.files.push([request.url, await (await cache.match(request)).text()]);
  }
  return kept;
}"""
# Notes what a policy refuses, from the first script on.
WATCH = """
window.refused = [];
addEventListener('securitypolicyviolation', (event) => refused.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def today():
    """The day in the organisation's zone, which is that of the browser too."""
    return datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Paris")).date()


def days_ago(count):
    """The day so many days ago, as text."""
    return (today() - datetime.timedelta(days=count)).isoformat()


def identifier():
    """An identifier as devices make them: UUID, version 7."""
    number = (int(time.time() * 1000) << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=number))


def stored(person, path, body):
    """Writes something new as somebody, under an identifier that it returns."""
    name = identifier()
    status, text = person.ask("PUT", f"{path}/{name}", body)
    assert status == 201, text
    return name


def add(page, theme="Santé"):
    """Ends an intervention for which everything but the theme was learnt."""
    page.get_by_role("checkbox", name=theme).check()
    page.get_by_role("button", name="Ajouter", exact=True).click()


class Person:
    """Somebody of an organisation, who signs in on phones and, for what a story checks, at the API."""

    def __init__(self, server, role, name, email, password, account):
        self.server, self.role, self.name = server, role, name
        self.email, self.password, self.id = email, password, account
        self._token = None

    def ask(self, method, path, body=None):
        """One request of the API; returns its status and the body as text."""
        if self._token is None:
            signed_in = self.server.ask_json(201, "POST", "/v1/sessions", None,
                                             {"email": self.email, "password": self.password})
            self._token = signed_in["access_token"]
        return self.server.ask(method, path, self._token, body)

    def forget_token(self):
        """Signs in anew with the next request."""
        self._token = None

    def read(self, path):
        """What the API says at a path."""
        status, text = self.ask("GET", path)
        assert status == 200, text
        return json.loads(text)

    def report(self, day):
        """The report of a day, or nothing."""
        status, text = self.ask("GET", f"/v1/advisors/{self.id}/reports/{day}")
        if status == 404:
            return None
        assert status == 200, text
        return json.loads(text)

    def put(self, day, report):
        """Writes a day as another device would."""
        status, text = self.ask("PUT", f"/v1/advisors/{self.id}/reports/{day}", report)
        assert status in (200, 201), text

    def interventions(self, day):
        """The interventions of a day, as the service has them."""
        report = self.report(day)
        return [] if report is None else report["interventions"]


class Organisation:
    """An organisation of its own for a story."""

    def __init__(self, server, url):
        self.server, self.url = server, url
        self.id = create_organisation(BINARY, url, "Le Mans Métropole")

    def person(self, role="advisor", name="Camille Martin"):
        """Somebody new, who can sign in."""
        email = f"{uuid.uuid4().hex[:12]}@example.org"
        password = f"{secrets.token_urlsafe(18)} lacté"
        account = create_account(BINARY, self.url, self.id, role, email, name, password)
        return Person(self.server, role, name, email, password, account)


class Phone:
    """A browser of its own, with its own disk."""

    def __init__(self, playwright, folder, address, **options):
        self.playwright, self.folder, self.address = playwright, folder, address
        self.options = {"viewport": SIZE, "locale": "fr-FR", "timezone_id": "Europe/Paris"} | options
        self.options["args"] = ["--no-sandbox", "--disable-gpu", *options.get("args", [])]
        self.refused = []
        self.start()

    def start(self):
        """Switches the phone on."""
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path=CHROMIUM, **self.options)
        self.context.add_init_script(WATCH)
        self.page = self.context.pages[0]
        self.page.set_default_timeout(15_000)
        self.faults = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def stop(self):
        """Switches the phone off in good order."""
        self.look()
        self.context.close()

    def kill(self):
        """Takes the battery out: nothing is told to end."""
        for process in pathlib.Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                if str(self.folder).encode() in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
        with contextlib.suppress(Exception):
            self.context.close()
        # What says that the disk is in use is of the browser that was killed.
        for lock in self.folder.glob("Singleton*"):
            lock.unlink()

    def look(self):
        """Notes what a policy refused on the page that is open; a story ends well only when that is nothing."""
        with contextlib.suppress(Exception):
            self.refused += self.page.evaluate("window.refused ?? []")

    def stored(self):
        """All that the browser keeps and a script can read."""
        return self.page.evaluate(STORED)

    def open(self, path="/app/"):
        """Opens an address of the application."""
        self.page.goto(f"{self.address}{path}")
        return self.page

    def sign_in(self, person, shared=False):
        """Signs somebody in, whatever the language, and waits for their day."""
        page = self.open("/app/connexion")
        page.locator("#email").fill(person.email)
        page.locator("#password").fill(person.password)
        if shared:
            page.get_by_role("checkbox", name="Cet appareil est partagé").check()
        page.locator("button[type=submit]").click()
        page.wait_for_url("**/app/jour**" if person.role == "advisor" else "**/app/tableau**")
        page.get_by_role("heading", level=1).wait_for()
        return page

    def send(self):
        """Sends by hand, and waits for the service's answer."""
        self.page.get_by_role("link", name="Envoi").click()
        self.page.get_by_role("button", name="Envoyer maintenant").click()

    def wait_for_worker(self):
        """Waits until the application opens without a network: its worker leads, and holds every file."""
        ready = "navigator.serviceWorker.ready.then(() => caches.keys()).then((names) => names.length)"
        assert wait_for(lambda: self.page.evaluate(ready) > 0)


def wait_for(find, seconds=20):
    """What `find` gives once it gives something true; the last that it gave when the time is up."""
    deadline = time.monotonic() + seconds
    while True:
        found = find()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.1)
