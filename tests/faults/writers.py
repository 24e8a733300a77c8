"""Many small writers: each reports one day after the other over a connection of its own, repeats a report until it is
acknowledged, and notes what was acknowledged. Afterwards the reports are read back through the API and compared."""

import collections
import dataclasses
import datetime
import http.client
import json
import threading
import time
import uuid

# No answer within this long is a hung request.
HUNG_AFTER = 30.0
# Between two reports of a writer, and before a report that was not acknowledged is sent again.
PAUSE, PAUSE_BEFORE_REPEATING = 0.02, 0.1
DAYS = [datetime.date(2020, 1, 1) + datetime.timedelta(days=day) for day in range(1200)]

# How a request can end without an answer.
REFUSED, CUT, HUNG = "connection refused", "connection cut", f"no answer in {HUNG_AFTER:.0f} s"


@dataclasses.dataclass
class Advisor:
    """An advisor of an organisation, with the access token that all of their writers share."""

    organisation: str
    account: str
    email: str
    password: str
    token: str = ""
    lock: threading.Lock = dataclasses.field(default_factory=threading.Lock)

    @property
    def credentials(self):
        return {"email": self.email, "password": self.password}


@dataclasses.dataclass(frozen=True)
class Written:
    """A report as an answer or a list shows it."""

    version: int
    participants: int
    interventions: tuple


def written(report):
    """What is compared of a report in JSON."""
    interventions = report["interventions"]
    return Written(report["version"], sum(one["participants"] for one in interventions),
                   tuple(one["id"] for one in interventions))


class Requests:
    """One connection, opened again when it breaks."""

    def __init__(self, port, timeout=HUNG_AFTER):
        self.port, self.timeout, self.connection = port, timeout, None

    def send(self, method, path, token=None, body=None):
        """One request; returns the status and the JSON, or how it ended without an answer and `None`."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
            self.connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = self.connection.getresponse()
            text = answer.read()
            if answer.will_close:
                self.close()
            return answer.status, json.loads(text) if text else {}
        except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
            self.close()
            kind = {ConnectionRefusedError: REFUSED, TimeoutError: HUNG}
            return kind.get(type(error), CUT), None

    def close(self):
        """Closes the connection; the next request opens another."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Writer(threading.Thread):
    """Reports for one advisor the days that no other writer reports."""

    def __init__(self, load, port, advisor, days):
        super().__init__(daemon=True)
        self.load, self.advisor, self.days = load, advisor, days
        self.requests = Requests(port)
        self.acknowledged = collections.defaultdict(list)  # by day, in the order of their versions
        self.doubtful = {}  # by day: a report that was sent and not acknowledged
        self.refused = collections.Counter()
        self.last_acknowledged = 0.0  # when the request that was acknowledged last was sent
        self.seconds = []  # how long each request took

    def run(self):
        number = 0
        while not self.load.ended.is_set():
            self._report(self.days[number % len(self.days)], 1 + number % 900)
            number += 1
            self.load.ended.wait(PAUSE)

    def _report(self, day, participants):
        """Sends one report until it is acknowledged or the load ends."""
        intervention = str(uuid.uuid4())
        body = {"interventions": [{"id": intervention, "kind": "workshop", "participants": participants,
                                   "duration_minutes": 90, "setting": "partner_site", "themes": ["internet"],
                                   "note": f"{participants} personnes, prochaine séance au même endroit"}]}
        self.doubtful[day] = (participants, (intervention,))
        path = f"/v1/advisors/{self.advisor.account}/reports/{day}"
        while not self.load.ended.is_set():
            token, sent = self.advisor.token, time.monotonic()
            status, answer = self.requests.send("PUT", path, token, body)
            self.seconds.append(time.monotonic() - sent)
            if status in (200, 201):
                del self.doubtful[day]
                self.acknowledged[day].append(written(answer))
                self.last_acknowledged = sent
                return
            self.refused[described(status, answer)] += 1
            if status == 401:
                self._sign_in_again(token)
            self.load.ended.wait(PAUSE_BEFORE_REPEATING)

    def _sign_in_again(self, stale):
        with self.advisor.lock:
            if self.advisor.token == stale:
                status, answer = self.requests.send("POST", "/v1/sessions", None, self.advisor.credentials)
                if status == 201:
                    self.advisor.token = answer["access_token"]
                else:
                    self.refused[f"sign-in: {described(status, answer)}"] += 1


def described(status, answer):
    """How a request was refused, as the table counts it."""
    return status if answer is None else f"{status} {answer.get('code', 'without code')}"


class Load:
    """The writers of some advisors against one server, who write while the block lasts. Each load of a fault reports
    the days of its own share."""

    SHARES = 4

    def __init__(self, server, advisors, share, writers_each=4):
        self.ended = threading.Event()
        self.server = server
        for advisor in advisors:
            advisor.token = advisor.token or sign_in(server, advisor)
        step = writers_each * self.SHARES
        self.writers = [Writer(self, server.port, advisor, DAYS[writers_each * share + number::step])
                        for advisor in advisors for number in range(writers_each)]

    def __enter__(self):
        for writer in self.writers:
            writer.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for writer in self.writers:
            writer.join(HUNG_AFTER + 5)

    def of(self, organisation):
        """The writers of one organisation."""
        return [writer for writer in self.writers if writer.advisor.organisation == organisation]

    def seconds_until_all_write(self, since, patience, writers=None):
        """How long after `since` each writer sent a report that was acknowledged; `None` when one has not within
        `patience` from now."""
        writers = writers or self.writers
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if all(writer.last_acknowledged > since for writer in writers):
                return time.monotonic() - since
            time.sleep(0.01)
        return None

    @property
    def acknowledged(self):
        return sum(len(versions) for writer in self.writers for versions in list(writer.acknowledged.values()))

    @property
    def refused(self):
        return sum((writer.refused for writer in self.writers), collections.Counter())

    @property
    def slowest(self):
        return max(max(writer.seconds, default=0.0) for writer in self.writers)

    @property
    def p99(self):
        """How long a request took at most, but for one in a hundred."""
        seconds = sorted(second for writer in self.writers for second in list(writer.seconds))
        return seconds[len(seconds) * 99 // 100]


def sign_in(server, account):
    """An access token."""
    return server.ask_json(201, "POST", "/v1/sessions", None, account.credentials)["access_token"]


def stored_reports(server, advisor):
    """All reports of an advisor, by day, as the API lists them."""
    token, found, cursor = sign_in(server, advisor), {}, ""
    while cursor is not None:
        page = server.ask_json(200, "GET", f"/v1/reports?limit=200{cursor and '&cursor=' + cursor}", token)
        found |= {datetime.date.fromisoformat(report["date"]): written(report) for report in page["items"]}
        cursor = page["next_cursor"]
    return found


def compare(server, loads):
    """Reads everything back; returns how many acknowledged reports were found, and what was lost, in words."""
    found, lost = 0, []
    stored = {}
    for writer in (writer for load in loads for writer in load.writers):
        account = writer.advisor.account
        if account not in stored:
            stored[account] = stored_reports(server, writer.advisor)
        for day, versions in writer.acknowledged.items():
            there = stored[account].get(day)
            if is_explained(there, versions[-1], writer.doubtful.get(day)):
                found += len(versions)
            else:
                lost.extend(f"{account} {day}: acknowledged {one}, found {there}" for one in versions)
    return found, lost


def is_explained(there, last, doubtful):
    """Whether what is there is what was acknowledged last, or the report that was sent after it and got no answer."""
    if there is None:
        return False
    return there == last or (there.version > last.version and (there.participants, there.interventions) == doubtful)
