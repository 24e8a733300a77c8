"""Faults of the clock: it goes forward and back by hours, days and years, and then right again."""

import sys
import time

from stage import BOTH, PATIENCE, Failure, create_account, fault
from writers import DAYS, Advisor, sign_in

# A token of another time may have expired, or is not good yet; the writers then sign in again.
EXPIRED = {"401 unauthenticated"}
# Background work looks every minute for what is due.
JOBS_RUN_WITHIN = 75
COORDINATOR = ("coordinator@example.org", "staple correct horse")


class Clock:
    """The clock of the service alone, moved by what `clock.c` puts between the service and the system."""

    def __init__(self, stage):
        library = stage.preloaded("clock.c")
        self.file = stage.folder / "clock"
        self.file.write_bytes(bytes(8))
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_FILE": str(self.file)}

    def move(self, by):
        """Moves the clock from the right time, such as by `-1h` or `+800d`, and back to it by `+0`."""
        seconds = int(by.rstrip("hd")) * {"h": 3_600, "d": 86_400}.get(by[-1], 1)
        # The service looks at these bytes whenever it asks for the time: they are replaced at once, not the file.
        with self.file.open("r+b", buffering=0) as file:
            file.write(seconds.to_bytes(8, sys.byteorder, signed=True))


def serve_by(stage, clock, environment=None):
    """The service on that clock, with a coordinator."""
    stage.make_database()
    stage.make_people()
    email, password = COORDINATOR
    account = create_account(stage.binary, stage.url, stage.organisations[0], "coordinator", email, "Dominique",
                             password)
    stage.coordinator = Advisor(stage.organisations[0], account, email, password)
    return stage.serve(clock.environment | (environment or {}))


def people_and_notes(stage):
    """What retention would take: the names of the accounts, and how many reports of 2020 have notes."""
    token = sign_in(stage.service, stage.coordinator)
    accounts = stage.service.ask_json(200, "GET", "/v1/accounts", token)["items"]
    days, cursor, notes = f"from=2020-01-01&to={DAYS[60]}&limit=200", "", 0
    while cursor is not None:
        page = stage.service.ask_json(200, "GET", f"/v1/reports?{days}{cursor and '&cursor=' + cursor}", token)
        notes += sum(1 for report in page["items"] if report["interventions"][0]["note"])
        cursor = page["next_cursor"]
    return sorted(account["name"] for account in accounts), notes


def move_and_return(stage, clock, load, by, seconds):
    """Moves the clock for some seconds and sets it right again; the service must write at either time."""
    clock.move(by)
    again = load.seconds_until_all_write(time.monotonic(), PATIENCE)
    stage.require(again is not None, f"does not write while the clock is {by}")
    time.sleep(seconds)
    clock.move("+0")
    stage.await_service(load)


@fault("clock back and forward by hours", allowed=EXPIRED, short=BOTH)
def move_by_hours(stage):
    clock = Clock(stage)
    # Limits are on, far above what one advisor's writers send: who was let in before must be let in after.
    serve_by(stage, clock, {"QUOTIDIEN_REQUESTS_PER_MINUTE": "60000", "QUOTIDIEN_SIGN_INS_PER_MINUTE": "600"})
    with stage.load() as load:
        for by in ("-1h", "+5h") * stage.choose(2, 1):
            move_and_return(stage, clock, load, by, 1)


@fault("clock back and forward by days", allowed=EXPIRED)
def move_by_days(stage):
    clock = Clock(stage)
    serve_by(stage, clock)
    with stage.load() as load:
        for by in ("-26h", "+3d", "-40d", "+95d"):
            move_and_return(stage, clock, load, by, 2)


@fault("clock forward by 800 days, and by 5 years, until the background work has run", allowed=EXPIRED)
def move_by_years(stage):
    clock = Clock(stage)
    serve_by(stage, clock)
    with stage.load():
        time.sleep(5)
    before = people_and_notes(stage)
    with stage.load() as load:
        for by in ("+800d", "+1830d"):
            move_and_return(stage, clock, load, by, JOBS_RUN_WITHIN)
        # What was due at the wrong time must not wait until then.
        time.sleep(JOBS_RUN_WITHIN)
    try:
        names, notes = people_and_notes(stage)
    except Failure as failure:
        raise Failure(f"nobody can sign in any more, the accounts are erased: {failure}") from failure
    stage.require(names == before[0], f"names before: {before[0]}; after: {names}")
    stage.require(notes >= before[1], f"notes before: {before[1]}; after: {notes}")
    stage.remark(f"{len(names)} names and {notes} notes are kept")
    require_no_job_ahead(stage)


@fault("clock back by 2 years", allowed=EXPIRED)
def move_back_by_years(stage):
    clock = Clock(stage)
    serve_by(stage, clock)
    with stage.load() as load:
        move_and_return(stage, clock, load, "-730d", 10)


def require_no_job_ahead(stage):
    """Requires that no job has noted a run that lies ahead: it would sleep until then."""
    tomorrow = "localtimestamp + interval '1 day'" if stage.database == "postgres" else "datetime('now', '+1 day')"
    [ahead] = stage.query(f"SELECT count(*) FROM jobs WHERE last_run_at > {tomorrow}")
    stage.require(ahead == "0", f"{ahead} jobs sleep until the time to which the clock had jumped")
