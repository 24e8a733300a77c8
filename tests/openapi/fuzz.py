#!/usr/bin/env python3
"""Fuzzes the release server with schemathesis, from the document that the server itself serves, on SQLite and on a
throwaway PostgreSQL: as a coordinator, as an advisor, and as an administrator with the operations for administrators.
The server must give no 5xx, no undocumented status and no answer that differs from its schema, and accept no faulty
request; afterwards every tally must still be the sum of its reports.

Needs schemathesis (requirements.txt), PostgreSQL's programs and a release build. Talks to loopback alone.
"""

import argparse
import os
import pathlib
import signal
import string
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from throwaway import Cluster, Failure, Server, create_account, create_administrator, create_organisation, run

BINARY = ROOT / "target" / "release" / "quotidien"
SCHEMATHESIS = pathlib.Path(sys.executable).parent / "schemathesis"
# The address and password of the document's example, so that the example signs in.
ADVISOR = {"email": "camille.martin@demo.example", "password": "correct horse battery"}
COORDINATOR = {"email": "dominique.petit@demo.example", "password": "staple correct horse"}
ADMINISTRATOR = {"email": "exploitation@demo.example", "password": "horse staple correct"}
# The tag of the operations that are for administrators alone.
INSTANCE = "instance"
# A run that takes longer has hung.
SECONDS_AT_MOST = 1800

# The statuses with which, by schemathesis's default, a valid request may be answered.
ACCEPTED = '"2xx", "3xx", 401, 403, 404, 409, 429, "5xx"'

# Every check of schemathesis is on. Where one would find fault with what the API does on purpose, that is excused here
# or in fuzz_hooks.py, with the reason.
RULES = string.Template("""
hooks = "$hooks"

[cache]
enabled = false

[generation]
database = "none"

# With these a run would prove little.
[warnings]
fail-on = [$proves_little"rate_limited", "unsupported_regex", "unused_openapi_auth"]

# Signs in anew every five minutes, since access tokens live for fifteen, and when it is answered 401: DELETE
# /v1/sessions/current is fuzzed like the rest.
[auth.dynamic.openapi.access_token]
path = "/v1/sessions"
payload = { email = "$email", password = "$password" }
extract_selector = "/access_token"

# Random identifiers and days would hardly ever meet a report; half of the requests name these.
[dictionaries]
advisors = { values = ["$advisor"] }
days = { values = ["2020-01-01", "2022-05-03", "2022-05-04", "2022-05-05", "2022-06-30", "2024-02-29"] }
interventions = { values = ["0198f3c2-7c1e-7d2a-8f00-0242ac120002", "0198f3c2-7c1e-7d2a-8f00-0242ac120003"] }

[parameters]
"path.advisor_id" = { dictionary = "advisors", probability = 0.5 }
"path.date" = { dictionary = "days", probability = 0.5 }
"path.id" = { dictionary = "interventions", probability = 0.5 }
"query.advisor_id" = { dictionary = "advisors", probability = 0.5 }

# Valid by its schema, refused all the same. Elsewhere the default stands: no 400, 412 or 422 for what is valid.
# Preconditions are about what is stored: 412. Sums, codes named twice and what goes with what are beyond schemas that
# generators take, and so are the last day that may be reported, addresses that are taken, passwords that are guessed or
# wrong, and invitations: 422.
[[operations]]
include-operation-id = ["put_report", "put_intervention", "delete_report", "delete_intervention",
                        "create_account", "put_account", "put_organisation", "put_password", "put_own_password",
                        "create_password_reset",
                         "put_partner", "put_place", "merge_place", "assign_place", "put_tag", "put_workshop", "put_agreement",
                         "put_meeting", "put_request", "put_request_status", "create_partner_link", "put_planned_session",
                         "put_schedule", "put_referral", "create_calendar_link", "create_api_key", "create_organisation",
                        "create_coordinator", "create_publication", "create_link"]
checks.positive_data_acceptance.expected-statuses = [$accepted, 412, 422]

# `from` after `to`, a month to come, a cursor that we never gave, communes asked for by nothing: 400.
[[operations]]
include-operation-id = ["list_reports", "get_monthly_statistics", "get_full_statistics", "get_breakdown", "get_completeness",
                        "get_workload", "get_coverage", "get_field_statistics", "list_months", "delete_closing",
                        "list_audit_log", "list_changes", "list_communes", "list_partners", "list_places", "list_tags",
                        "list_workshops", "list_agreements", "list_meetings", "list_requests", "list_planned_sessions",
                        "list_schedules", "list_referrals"]
checks.positive_data_acceptance.expected-statuses = [$accepted, 400]

# What is wrong with an item is said in its result, on purpose: one bad item blocks no other.
[[operations]]
include-operation-id = ["write_batch"]
checks.negative_data_rejection.expected-statuses = [207, 400, 401, 403, 406, 413, 415, 422, 429]

# What is wrong with a form is said on its page, on purpose.
[[operations]]
include-operation-id = ["ask_as_partner"]
checks.negative_data_rejection.expected-statuses = [200, 303, 400, 404, 413, 415, 422, 429]

# A text that is no table with a column for names, a list of what are no objects: 400. What is wrong with a line is said in its
# result, on purpose.
[[operations]]
include-operation-id = ["import_places"]
checks.positive_data_acceptance.expected-statuses = [$accepted, 400, 422]
checks.negative_data_rejection.expected-statuses = [200, 400, 401, 403, 406, 413, 415, 422, 429]

# The year 0 in the path, and control characters in a comment.
[[operations]]
include-operation-id = ["put_closing"]
checks.positive_data_acceptance.expected-statuses = [$accepted, 400, 422]
""")


def fuzz(server, account, advisor, arguments, seed, folder):
    """One run of schemathesis with the rights of an account; fails when it finds something."""
    rules = folder / "schemathesis.toml"
    rules.write_text(RULES.substitute(account, hooks=pathlib.Path(__file__).with_name("fuzz_hooks.py"),
                                      advisor=advisor, accepted=ACCEPTED,
                                      # The API refuses an advisor what only a coordinator may do, on purpose: that is
                                      # no warning.
                                      proves_little="" if account is ADVISOR else '"missing_auth", '))
    command = [SCHEMATHESIS, "--no-color", "--config-file", rules, "run",
               f"http://127.0.0.1:{server.port}/openapi.json",
               "--include-tag" if account is ADMINISTRATOR else "--exclude-tag", INSTANCE,
               "--max-examples", arguments.examples, "--seed", seed]
    if account is COORDINATOR:
        # Only advisors may do the first two, and the third needs a cookie that browsers keep, on purpose: as a coordinator a
        # run proves nothing about them.
        command += ["--exclude-operation-id", "list_missing_days", "--exclude-operation-id", "write_batch",
                    "--exclude-operation-id", "refresh_browser_session",
                    "--exclude-operation-id", "get_own_field"]
    # Run in the temporary folder, since schemathesis writes files into the folder where it runs.
    try:
        done = subprocess.run([str(part) for part in command], cwd=folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS_AT_MOST)
    except subprocess.TimeoutExpired as expired:
        raise Failure(f"schemathesis hangs (seed {seed})") from expired
    if arguments.verbose or done.returncode != 0:
        print(done.stdout)
    if done.returncode != 0:
        raise Failure(f"schemathesis found faults (seed {seed})")
    return next((line.strip() for line in done.stdout.splitlines() if " generated, " in line), "")


def fuzz_database(name, url, arguments, folder):
    """All runs on one database, and the check of its tallies afterwards."""
    organisation = create_organisation(BINARY, url, "Le Mans Métropole")
    advisor = create_account(BINARY, url, organisation, "advisor", ADVISOR["email"], "Camille Martin",
                             ADVISOR["password"])
    coordinator = create_account(BINARY, url, organisation, "coordinator", COORDINATOR["email"], "Dominique Petit",
                                 COORDINATOR["password"])
    create_administrator(BINARY, url, ADMINISTRATOR["email"], "Exploitation", ADMINISTRATOR["password"])
    # The hooks run in schemathesis's process, which reads these from its environment.
    spared = [advisor, coordinator, ADVISOR["password"], COORDINATOR["password"]]
    os.environ["QUOTIDIEN_FUZZ_SPARED"] = ",".join(spared)
    with Server(BINARY, url, folder) as server:
        for seed in range(1, arguments.seeds + 1):
            for role, account in (("coordinator", COORDINATOR), ("advisor", ADVISOR),
                                  ("administrator", ADMINISTRATOR)):
                started = time.monotonic()
                cases = fuzz(server, account, advisor, arguments, seed, folder)
                # The account can still sign in: no request has ended it or changed its password during the run.
                server.ask_json(201, "POST", "/v1/sessions", None, account)
                print(f"{name}, seed {seed}, {role}: {cases} ({time.monotonic() - started:.0f} s)", flush=True)
    run([BINARY, "check"], env=os.environ | {"DATABASE_URL": url})


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--examples", type=int, default=10, help="how many an operation and phase")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="print what schemathesis says even when all is well")
    return parser.parse_args()


def fuzz_both():
    """Fuzzes both databases at once, in two processes: schemathesis keeps one core busy. Returns the exit code."""
    children = [subprocess.Popen([sys.executable, __file__, *sys.argv[1:], "--database", database])
                for database in ("sqlite", "postgres")]
    try:
        return max(abs(child.wait()) for child in children)
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait()


def main():
    """Fuzzes what was asked for; returns the exit code."""
    # SIGTERM raises an exception, so that the blocks below stop the processes that they started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = parse_arguments()
    if arguments.database == "both":
        return fuzz_both()
    try:
        with tempfile.TemporaryDirectory(prefix="quotidien-fuzz-") as name:
            folder = pathlib.Path(name)
            folder.chmod(0o755)  # PostgreSQL's user passes through
            if arguments.database == "sqlite":
                fuzz_database("sqlite", f"sqlite://{folder / 'quotidien.db'}", arguments, folder)
            else:
                with Cluster(folder) as cluster:
                    cluster.sql("postgres", "CREATE DATABASE quotidien")
                    fuzz_database("postgres", cluster.url("quotidien"), arguments, folder)
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
