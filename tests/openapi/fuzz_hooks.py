"""Hooks that change requests before schemathesis sends them, each with its reason. Schemathesis loads this file."""

import os
import uuid

import schemathesis

# The accounts that sign in, and their passwords.
SPARED = os.environ["QUOTIDIEN_FUZZ_SPARED"].split(",")

# The most characters of texts that are trimmed.
TRIMMED_LENGTHS = (50, 200, 500, 2000)
# What counts as left out when it is empty, though its schema is stricter.
MAY_BE_EMPTY = ("absence", "autonomy", "commune_code", "email", "level", "phone", "pivot", "principle", "recorded_at")


@schemathesis.hook
def before_call(context, case, kwargs):
    """Runs before every request."""
    case.body = as_the_api_means(case.body)
    case.query = as_the_api_means(case.query)
    leave_out_placeholders(case)
    call_from_an_own_page(case)
    spare_those_who_sign_in(case)


def as_the_api_means(value, name=None):
    """The value without what the API reads otherwise than JSON Schema, on purpose. Whole floats become integers: JSON
    Schema takes 9.0 for an integer, the API refuses a whole number that is written with a fraction. Empty texts become
    wrong ones: where a code or an instant may be left out, the API counts an empty text as left out. Texts that are too
    long only because of the blanks around them get hyphens instead of these: the API trims blanks before it counts."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [as_the_api_means(item) for item in value]
    if isinstance(value, dict):
        return {key: as_the_api_means(item, key) for key, item in value.items()}
    if isinstance(value, str) and any(len(value.strip()) <= most < len(value) for most in TRIMMED_LENGTHS):
        return value.strip().rjust(len(value), "-")
    if name in MAY_BE_EMPTY and isinstance(value, str) and not value.strip():
        return "-"
    return value


def leave_out_placeholders(case):
    """Takes the conditions "0" out of requests that are about something else: the coverage phase finds no value with
    quotes, sends this one in place of a valid one, and every answer would be about it."""
    about = getattr(case.meta.phase.data, "parameter", None) if case.meta else None
    for name in ("If-Match", "If-None-Match"):
        if name != about and case.headers.get(name) == "0":
            del case.headers[name]


def call_from_an_own_page(case):
    """Says what a browser says on a page of the service: without it, every answer of these paths would be about that."""
    if case.path.startswith("/v1/browser-sessions"):
        case.headers["Sec-Fetch-Site"] = "same-origin"


def spare_those_who_sign_in(case):
    """Names somebody else where a request would end or change the accounts of the run, whose later requests would all be
    answered 401."""
    parameters = case.path_parameters or {}
    if case.method != "GET" and parameters.get("account_id") in SPARED:
        parameters["account_id"] = str(uuid.uuid4())
    if case.path == "/v1/me/password" and isinstance(case.body, dict) and case.body.get("current_password") in SPARED:
        case.body["current_password"] = "-"
