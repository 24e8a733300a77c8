#!/usr/bin/env python3
"""Takes a picture of every page of the application, in both themes at 360 and 1280 pixels, into target/web-pictures: a person
looks at them before saying that a change is done. `--write` takes those of the README anew, into docs/pictures.

Needs what the stories need (`just web`).
"""

import datetime
import pathlib
import shutil
import sys
import tempfile

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "web" / "stories")]

from grid import field_views, settle, views  # noqa: E402
from relay import Relay  # noqa: E402
from stage import BINARY, Organisation, Phone, stored, today  # noqa: E402
from throwaway import Server  # noqa: E402

WORKSHOP = {"kind": "workshop", "participants": 9, "recurring_participants": 4, "duration_minutes": 90, "setting": "partner_site",
            "place_name": "Médiathèque Louise-Michel", "commune_code": "72003", "themes": ["internet", "email"]}
SUPPORT = {"kind": "individual", "participants": 1, "duration_minutes": 45, "setting": "advisor_site",
           "commune_code": "72181", "themes": ["smartphone", "health"]}
REQUEST = {"kind": "one_off", "participants": 2, "duration_minutes": 15, "setting": "public_space",
           "place_name": "Marché des Jacobins", "commune_code": "72181", "themes": ["banking_and_shopping"]}
ADVISOR = ["connexion", "jour", "jour/{day}/nouvelle?type=workshop", "mois", "envoi", "moi", "accessibilite"]
# The coordinator's are all that the application knows besides; what they need to show something.
SHOWN = {"annexe": "annexe?par=kind"}
# A picture of the README is no larger, for everybody who reads it fetches it.
BYTES_MAX = 120_000


def fill(organisation):
    """Weeks of three advisors, of whom one is behind."""
    advisors = [organisation.person("advisor", name) for name in ("Amélie Rousseau", "Bastien Leroy", "Chloé Fournier")]
    for back in range(1, 45):
        day = today() - datetime.timedelta(days=back)
        for index, advisor in enumerate(advisors):
            if day.weekday() < 5 and (back + 3 * index) % (11 - 3 * index):
                advisor.put(day.isoformat(), {"interventions": [WORKSHOP, SUPPORT, SUPPORT, REQUEST][:1 + (back + index) % 4]})
    advisors[0].put(today().isoformat(), {"interventions": [WORKSHOP, SUPPORT]})
    coordinator = organisation.person("coordinator", "Nadège Lambert")
    place = stored(coordinator, "/v1/places", {"name": "Médiathèque Louise-Michel", "commune_code": "72003"})
    stored(coordinator, "/v1/planned-sessions", {
        "kind": "workshop", "day": today().isoformat(), "from": "14:00", "to": "16:00", "place_id": place, "advisors": [advisors[0].id]})
    return advisors[0], coordinator


def take(playwright, folder, address, person, paths, target):
    """Pictures of somebody's pages."""
    for scheme in ("light", "dark"):
        for width, height in ((360, 740), (1280, 800)):
            phone = Phone(playwright, folder / f"{person.role}-{scheme}-{width}", address, color_scheme=scheme,
                          viewport={"width": width, "height": height})
            if "connexion" in paths:
                phone.open("/app/connexion").get_by_role("heading", level=1).wait_for()
                phone.page.screenshot(path=target / f"connexion-{width}-{scheme}.png")
            phone.sign_in(person)
            if person.role == "advisor":
                phone.send()
                phone.page.get_by_text("Tout est envoyé, dernier envoi").wait_for()
            for path in paths[paths.index("connexion") + 1:] if "connexion" in paths else paths:
                page = phone.open("/app/" + path.format(day=today().isoformat()))
                settle(page)
                name = path.split("?")[0].split("/")[0] + ("-saisie" if "nouvelle" in path else "")
                page.screenshot(path=target / f"{name}-{width}-{scheme}.png")
            phone.stop()


def main():
    """Takes the pictures."""
    target = ROOT / "target" / "web-pictures"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="quotidien-pictures-") as name:
        folder = pathlib.Path(name)
        url = f"sqlite://{folder / 'quotidien.db'}"
        with Server(BINARY, url, folder) as server, Relay(server.port) as relay, sync_playwright() as playwright:
            advisor, coordinator = fill(Organisation(server, url))
            take(playwright, folder, relay.address, advisor, ADVISOR, target)
            known = {path.split("/")[0].split("?")[0] for path in ADVISOR} | {"choisir"}
            take(playwright, folder, relay.address, coordinator, [SHOWN.get(name, name) for name in [*views(), *field_views()] if name not in known], target)
    if "--write" in sys.argv:
        pictures = ROOT / "docs" / "pictures"
        pictures.mkdir(exist_ok=True)
        for taken, name in (("jour-360-light.png", "day.png"), ("tableau-1280-light.png", "board.png")):
            size = (target / taken).stat().st_size
            if size > BYTES_MAX:
                sys.exit(f"{taken} has {size} bytes, more than {BYTES_MAX}")
            shutil.copy(target / taken, pictures / name)
    print(f"look at {target}")


if __name__ == "__main__":
    main()
