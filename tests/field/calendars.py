#!/usr/bin/env python3
"""Do libraries of others read the calendars right? A release server plans sessions and rounds over both changes of the hour, with
one that was moved, one that was cancelled and public holidays; `icalendar` and `recurring-ical-events` read its feeds, and the
instants that they find must be those of what is planned, told by the clocks of the zone.

Needs requirements.txt and a release build. Talks to loopback alone.
"""

import datetime
import pathlib
import sys
import tempfile
import uuid
import zoneinfo

import icalendar
import recurring_ical_events

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from throwaway import Failure, Server, create_account, create_organisation

BINARY = ROOT / "target" / "release" / "quotidien"
ADVISOR = {"email": "camille.martin@demo.example", "password": "correct horse battery"}
COORDINATOR = {"email": "dominique.petit@demo.example", "password": "staple correct horse"}
ZONE = zoneinfo.ZoneInfo("Europe/Paris")
DAY = datetime.timedelta(days=1)


def changes_of_the_hour(today):
    """The next two days on which the clocks change."""
    def ahead(day):
        return datetime.datetime.combine(day, datetime.time(12), ZONE).utcoffset()
    days = (today + DAY * number for number in range(1, 380))
    return [day for day in days if ahead(day) != ahead(day - DAY)][:2]



class Scene:
    """An organisation with a public place and an advisor, on a server."""

    def __init__(self, server, advisor):
        self.server, self.advisor = server, advisor
        self.token = server.ask_json(201, "POST", "/v1/sessions", None, COORDINATOR)["access_token"]
        self.place = str(uuid.uuid4())
        self.put(f"/v1/places/{self.place}", {"name": "Médiathèque; annexe, rez-de-chaussée", "commune_code": "72181",
                                              "address": "54 rue du Port", "postal_code": "72000", "published": True,
                                              "latitude": 48.0077, "longitude": 0.1984})

    def put(self, path, body, expected=201):
        """Writes a thing."""
        return self.server.ask_json(expected, "PUT", path, self.token, body)

    def schedule(self, name, start, end, times, rule, **more):
        """Makes a schedule; returns its identifier."""
        identifier = str(uuid.uuid4())
        body = {"name": name, "kind": "stop", "starts_on": str(start), "ends_on": str(end), "from": times[0],
                "to": times[1], "advisors": [self.advisor], "place_id": self.place, "public": True} | rule | more
        self.put(f"/v1/schedules/{identifier}", body)
        return identifier

    def session(self, body, identifier=None):
        """Plans a session; returns its identifier."""
        identifier = identifier or str(uuid.uuid4())
        self.put(f"/v1/planned-sessions/{identifier}",
                 {"kind": "workshop", "advisors": [self.advisor], "place_id": self.place, "public": True} | body)
        return identifier

    def planned(self, start, end):
        """All that is planned, by what the service lists."""
        found, cursor = [], ""
        while cursor is not None:
            path = f"/v1/planned-sessions?from={start}&to={end}&limit=200{cursor}"
            page = self.server.ask_json(200, "GET", path, self.token)
            found += page["items"]
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        return found


def instants(session):
    """When a listed session begins and ends, in UTC."""
    day = datetime.date.fromisoformat(session["day"])
    times = (datetime.time.fromisoformat(session[end]) for end in ("from", "to"))
    return tuple(datetime.datetime.combine(day, time, ZONE).astimezone(datetime.UTC) for time in times)


def read(text, start, end):
    """The occurrences of a calendar, as the libraries find them: instants, and whether each is cancelled."""
    calendar = icalendar.Calendar.from_ical(text)
    found = recurring_ical_events.of(calendar, keep_recurrence_attributes=True).between(start, end + DAY)
    return sorted((event.decoded("DTSTART").astimezone(datetime.UTC), event.decoded("DTEND").astimezone(datetime.UTC),
                   str(event.get("STATUS", "CONFIRMED")) == "CANCELLED") for event in found)


def check_equal(found, expected, what):
    """Fails when two lists differ, with what is in one alone."""
    if found != expected:
        alone = [item for item in found if item not in expected], [item for item in expected if item not in found]
        raise Failure(f"{what}: read alone {alone[0][:5]}, planned alone {alone[1][:5]}")
    print(f"{what}: {len(found)} occurrences")


def check_zone(text, changes):
    """The zone that the calendar brings must know both changes, without the zones of this machine."""
    calendar = icalendar.Calendar.from_ical(text)
    zone = calendar.timezones[0].to_tz(lookup_tzid=False)
    for change in changes:
        for day in (change - DAY, change, change + DAY):
            for hour in (0, 9, 23):
                local = datetime.datetime.combine(day, datetime.time(hour))
                ours, theirs = local.replace(tzinfo=zone), local.replace(tzinfo=ZONE)
                if ours.utcoffset() != theirs.utcoffset():
                    raise Failure(f"VTIMEZONE has {ours.utcoffset()} at {local}, not {theirs.utcoffset()}")
    for line in text.split("\r\n"):
        if len(line.encode()) > 75:
            raise Failure(f"a line of {len(line.encode())} bytes: {line}")


def play(server, organisation_token, advisor):
    """Plans, and reads what was planned."""
    scene = Scene(server, advisor)
    today = datetime.datetime.now(ZONE).date()
    first, second = changes_of_the_hour(today)
    start, end = today + DAY, second + 20 * DAY
    tuesday = {"frequency": "weekly", "by_day": ["TU"]}
    round_id = scene.schedule("Tournée, marché; gare", start, end, ("09:00", "12:00"), tuesday)
    scene.schedule("Stand du dimanche", start, end, ("03:30", "04:15"), {"frequency": "daily", "interval": 1,
                                                                        "by_day": ["SU"]}, on_holidays=True)
    scene.schedule("Permanence", start, end, ("14:00", "17:30"), {"frequency": "monthly", "by_day": ["1TH", "-1FR"]})
    days = [datetime.date.fromisoformat(one["day"]) for one in scene.planned(start, end)
            if one["schedule_id"] == round_id]

    def computed(day):
        return str(uuid.uuid5(uuid.UUID(round_id), f"{day}T09:00"))
    # One is moved over the change of the hour, one to another time, one cancelled.
    over = max(day for day in days if day < second)
    others = [day for day in days if day != over]
    scene.session({"kind": "stop", "day": str(second), "from": "09:00", "to": "12:00"}, computed(over))
    scene.session({"kind": "stop", "day": str(others[1]), "from": "15:00", "to": "18:00"}, computed(others[1]))
    scene.session({"kind": "stop", "day": str(others[2]), "from": "09:00", "to": "12:00", "cancelled": "Grève"},
                  computed(others[2]))
    for day in (first - DAY, first, first + DAY, second - DAY, second + DAY):
        scene.session({"day": str(day), "from": "19:00", "to": "20:30", "note": "À noter : « oui », \\ et ;"})
    planned = scene.planned(start, end)
    expected = sorted((*instants(one), one["cancelled"] is not None) for one in planned)
    link = server.ask_json(201, "POST", "/v1/me/calendar-links", organisation_token, {"name": "Téléphone"})
    status, own = server.ask("GET", link["path"])
    if status != 200:
        raise Failure(f"{link['path']} answered {status}")
    check_zone(own, (first, second))
    check_equal(read(own, start, end), expected, "one’s own calendar")
    uids = [str(event["UID"]) for event in icalendar.Calendar.from_ical(own).walk("VEVENT")
            if "RECURRENCE-ID" not in event]
    if len(uids) != len(set(uids)):
        raise Failure("an UID stands twice")
    scene.put("/v1/organisation", {"name": "Le Mans Métropole", "time_zone": "Europe/Paris",
                                   "working_days": ["monday"], "slug": "le-mans-metropole", "publishes": True}, 200)
    status, public = server.ask("GET", "/open/le-mans-metropole/calendar.ics")
    if status != 200:
        raise Failure(f"the public calendar answered {status}")
    check_equal(read(public, start, end), expected, "the public calendar")
    listed = server.ask_json(200, "GET", "/open/le-mans-metropole/calendar.json")["items"]
    named = sorted((*instants(one), one["cancelled"]) for one in listed if str(start) <= one["day"] <= str(end))
    check_equal(named, expected, "the public calendar as JSON")


def main():
    """Plays on SQLite; returns the exit code."""
    try:
        with tempfile.TemporaryDirectory(prefix="quotidien-calendars-") as name:
            folder = pathlib.Path(name)
            url = f"sqlite://{folder / 'quotidien.db'}"
            organisation = create_organisation(BINARY, url, "Le Mans Métropole")
            advisor = create_account(BINARY, url, organisation, "advisor", ADVISOR["email"], "Camille Martin",
                                     ADVISOR["password"])
            create_account(BINARY, url, organisation, "coordinator", COORDINATOR["email"], "Dominique Petit",
                           COORDINATOR["password"])
            with Server(BINARY, url, folder) as server:
                token = server.ask_json(201, "POST", "/v1/sessions", None, ADVISOR)["access_token"]
                play(server, token, advisor)
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
