"""Recounts the figures of what stands around the reports. It shares no code with the service, and reads only lists that the
API gives back.

    recount_field.py < lists.json

Standard input is an object: `from` and `to` are months, both included, `today` is a day, and beside them stand the items of all
pages of `reports`, `planned_sessions`, `requests`, `referrals`, `meetings`, `partners`, `agreements`, `workshops`, `places` and
`communes`, and the settings as `organisation`. The output has the rows of the annex (`monthly`), every breakdown by its
dimension (`by`), the figures of "Annexe 2" by their identifiers within each part (`plan`), its breakdowns by theirs
(`plan_breakdowns`), and the lines of `coverage`.
"""

import datetime
import json
import sys

import recount

# The dimensions that recount.py knows how to tell apart.
DIMENSIONS = [*recount.ONE_VALUE, *recount.PEOPLE, *recount.ANSWERS, "referral", "absence"]


def half_up(numerator, denominator):
    """A quotient, rounded half up; nothing of nothing."""
    return (2 * numerator + denominator) // (2 * denominator) if denominator else None


def median(numbers):
    """The middle one; of two, the lower."""
    return sorted(numbers)[(len(numbers) - 1) // 2] if numbers else None


def days_between(first, last):
    """The days from one to another, none where the other was before."""
    difference = datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)
    return max(0, difference.days)


def minutes(session):
    """How long a session is."""
    begin, end = (int(time[:2]) * 60 + int(time[3:]) for time in (session["from"], session["to"]))
    return end - begin


def principle_of(session):
    """The principle that a session serves: agreements support, sheets complement, stops and visits reach out."""
    if session["agreement_id"]:
        return "support_existing"
    if session["workshop_id"]:
        return "complement_offer"
    if session["referral_id"] or session["kind"] in ("stop", "stand", "first_visit"):
        return "reach_out"
    return None


def followed(lists):
    """The reports, whose interventions say also what follows from their places and sessions."""
    places = {place["place_id"]: place for place in lists["places"]}
    sessions = {session["planned_session_id"]: session for session in lists["planned_sessions"]}
    for report in lists["reports"]:
        for i in report["interventions"]:
            if i["place_id"]:
                i["commune_code"] = i["commune_code"] or places[i["place_id"]]["commune_code"]
                i["partner_id"] = i["partner_id"] or places[i["place_id"]]["partner_id"]
            if i["planned_session_id"]:
                i["principle"] = i["principle"] or principle_of(sessions[i["planned_session_id"]])
    return lists["reports"]


def done(interventions):
    """What interventions add up to."""
    return {
        "interventions": sum(1 for i in interventions if not i["assisting"]),
        "supports": sum(i["participants"] for i in interventions),
        "people": sum(i["participants"] - i["recurring_participants"] for i in interventions),
        "minutes": sum(i["duration_minutes"] for i in interventions),
    }


class Sessions:
    """What was planned, with what interventions report of it."""

    def __init__(self, lists, interventions, is_within):
        self.planned = [s for s in lists["planned_sessions"] if is_within(s["day"])]
        self.today = lists["today"]
        self.naming = {}
        for _, i in interventions:
            self.naming.setdefault(i["planned_session_id"], []).append(i)

    def of(self, *kinds):
        return [s for s in self.planned if s["kind"] in kinds]

    def named(self, session):
        return self.naming.get(session["planned_session_id"], [])

    def people(self, sessions):
        return sum(i["participants"] for s in sessions for i in self.named(s))

    def held(self, *kinds):
        return [s for s in self.of(*kinds) if self.named(s) or s["outcome"] == "held"]

    def unsaid(self, *kinds):
        return [s for s in self.of(*kinds)
                if not (self.named(s) or s["outcome"] or s["cancelled"]) and s["day"] < self.today]


def support_existing(lists, sessions, is_within):
    """Agreements, and presences at partners."""
    def in_force(agreement):
        signed = agreement["signed_on"]
        return signed and signed <= lists["today"] and agreement["starts_on"] <= lists["today"] <= agreement["ends_on"]

    current = [a for a in lists["agreements"] if in_force(a)]
    asked = [r for r in lists["requests"] if r["kind"] == "equipment" and is_within(r["received_on"])]
    held = sessions.held("presence")
    time = sum(minutes(s) * len(s["advisors"]) for s in held)
    return {
        "agreements_in_force": len(current),
        "agreements_ending": sum(1 for a in current if days_between(lists["today"], a["ends_on"]) <= 60),
        "equipment_requests": len(asked),
        "equipment_granted": sum(1 for r in asked if r["status"] == "granted"),
        "presences_planned": len(sessions.of("presence")),
        "presences_held": len(held),
        "presences_with_residents": sum(1 for s in held if sessions.people([s]) > 0),
        "presences_without_residents": sum(1 for s in held if sessions.people([s]) == 0),
        "presences_cancelled": sum(1 for s in sessions.of("presence") if s["cancelled"]),
        "presences_unsaid": len(sessions.unsaid("presence")),
        "presence_minutes": time,
        "presence_support_minutes": sum(i["duration_minutes"] for s in held for i in sessions.named(s)),
        "people_per_presence_hour": half_up(sessions.people(held) * 600, time),
        "commitments_met": sum(1 for s in held if s["commitments_met"] == "yes"),
    }


def complement_offer(lists, sessions, is_within):
    """The catalogue, and workshops."""
    asked = [r for r in lists["requests"] if r["kind"] == "workshop" and is_within(r["received_on"])]
    sheets = {sheet["workshop_id"]: sheet for sheet in lists["workshops"]}
    first = {}
    for s in lists["planned_sessions"]:
        if s["request_id"] and not s["cancelled"]:
            first[s["request_id"]] = min(s["day"], first.get(s["request_id"], s["day"]))
    waited = [days_between(r["received_on"], first[r["request_id"]])
              for r in asked if r["status"] == "planned" and r["request_id"] in first]

    def seats(session):
        sheet = sheets.get(session["workshop_id"])
        return session["capacity"] or (sheet and sheet["participants_max"])

    with_seats = [s for s in sessions.of("workshop") if sessions.named(s) and seats(s)]
    ever = {r["workshop_id"] for r in lists["requests"]}
    return {
        "workshop_requests": len(asked),
        "workshop_requests_planned": sum(1 for r in asked if r["status"] == "planned"),
        "workshop_requests_declined": sum(1 for r in asked if r["status"] == "declined"),
        "workshop_request_days": median(waited),
        "workshops_planned": len(sessions.of("workshop")),
        "workshop_sessions_held": len(sessions.held("workshop")),
        "workshop_filling": half_up(100 * sessions.people(with_seats), sum(seats(s) for s in with_seats)),
        "sheets_never_asked": sum(1 for id, sheet in sheets.items() if not sheet["retired"] and id not in ever),
    }


def reach_out(lists, sessions, is_within, within):
    """Rounds and referrals; the share outside the walls, and who was sent, are of every intervention."""
    received = [r for r in lists["referrals"] if is_within(r["received_on"])]
    first = {}
    for report in sorted(lists["reports"], key=lambda report: report["date"]):
        for i in report["interventions"]:
            if i["referral_id"]:
                first.setdefault(i["referral_id"], (report["date"], i["first_visit_accompanied"]))
    visits = [(r, first[r["referral_id"]]) for r in received if r["referral_id"] in first]
    outside = sum(i["participants"] for i in within if i["setting"] in ("mobile_office", "public_space"))
    return {
        "stops_planned": len(sessions.of("stop", "stand")),
        "stops_held": len(sessions.held("stop", "stand")),
        "stop_people": sessions.people(sessions.of("stop", "stand")),
        "referrals_received": len(received),
        "referrals_visited": len(visits),
        "referrals_accompanied": sum(1 for _, (_, accompanied) in visits if accompanied),
        "referral_days": median([days_between(r["received_on"], day) for r, (day, _) in visits]),
        "outside_walls": half_up(100 * outside, sum(i["participants"] for i in within)),
        "referrals": sum(1 for i in within if i["referred_by_social_worker"]),
        "first_visits_accompanied": sum(1 for i in within if i["first_visit_accompanied"]),
    }


def around(lists, is_within, communes):
    """What stands around the reports."""
    today = lists["today"]
    places = [p for p in lists["places"] if p["status"] == "confirmed" and not p["merged_into"]
              and not (p["closed_on"] and p["closed_on"] <= today)]

    def is_stale(place):
        said = max(place["updated_at"][:10], place["updated_on"] or "")
        return days_between(said, today) > 365

    own = [line for code, line in communes.items() if code not in ("outside", "undisclosed")]
    return {
        "meetings": sum(1 for m in lists["meetings"] if is_within(m["day"])),
        "partners": len(lists["partners"]),
        "places_confirmed": len(places),
        "places_published": sum(1 for p in places if p["published"]),
        "places_stale": sum(1 for p in places if is_stale(p)),
        "communes_visited": sum(1 for line in own if line["interventions"]),
        "communes_not_visited": sum(1 for line in own if not line["interventions"]),
    }


def counted(values):
    """How often each value stands there."""
    return {value: values.count(value) for value in set(values)}


def plan_breakdowns(lists, is_within):
    """What Annexe 2 tells apart: the values that are not 0."""
    kinds = {partner["partner_id"]: partner["kind"] for partner in lists["partners"]}
    asked = [r for r in lists["requests"] if r["kind"] == "workshop" and is_within(r["received_on"])]
    received = [r for r in lists["referrals"] if is_within(r["received_on"])]
    return {
        "requests_by_workshop": counted([r["workshop_id"] for r in asked]),
        "referrals_directed_to": counted([to for r in received for to in r["directed_to"]]),
        "meetings_by_partner_kind": counted([kinds[m["partner_id"]] for m in lists["meetings"] if is_within(m["day"])]),
        "absences": counted([r["absence"] for r in lists["reports"] if r["absence"] and is_within(r["date"])]),
    }


def coverage(lists, interventions, months):
    """The lines of communes, of areas, and of all together."""
    population = {commune["code"]: commune["population"] for commune in lists["communes"]}
    areas = {place["place_id"]: place["area"] for place in lists["places"]}
    territory = lists["organisation"]["territory"]["communes"]
    named = [area["code"] for area in lists["organisation"]["areas"]]

    def line(of, inhabitants=None):
        people = sum(i["participants"] - i["recurring_participants"] for _, i in of)
        tenths = half_up(people * 10_000, inhabitants) if inhabitants else None
        return {
            "interventions": len(of),
            "people": people,
            "people_per_thousand": None if tenths is None else tenths / 10,
            "months_without": len(months) - len({day[:7] for day, _ in of}),
        }

    counted_ones = [(day, i) for day, i in interventions if not i["assisting"]]

    def where(i):
        return i["commune_code"] if i["commune_code"] in territory else "outside" if i["commune_code"] else "undisclosed"

    def area(i):
        found = areas.get(i["place_id"])
        return found if found in named else "outside"

    return {
        "communes": {code: line([one for one in counted_ones if where(one[1]) == code], population.get(code))
                     for code in [*territory, "outside", "undisclosed"]},
        "areas": {code: line([one for one in counted_ones if area(one[1]) == code]) for code in [*named, "outside"]},
        "total": {"total": line(counted_ones)},
    }


def answer(lists):
    """All the figures."""
    months = recount.months_between(lists["from"], lists["to"])

    def is_within(day):
        return day[:7] in months

    reports = followed(lists)
    every = [(report["date"], i) for report in reports for i in report["interventions"]]
    within = [(day, i) for day, i in every if is_within(day)]
    ones = [i for _, i in within]
    sessions = Sessions(lists, every, is_within)
    covered = coverage(lists, within, months)

    def serving(principle):
        return done([i for i in ones if i["principle"] == principle])

    return {
        "monthly": recount.monthly(reports, months, {}),
        "by": {by: recount.breakdown(reports, months, {}, by) for by in DIMENSIONS},
        "plan": {
            "support_existing": serving("support_existing") | support_existing(lists, sessions, is_within),
            "complement_offer": serving("complement_offer") | complement_offer(lists, sessions, is_within),
            "reach_out": serving("reach_out") | reach_out(lists, sessions, is_within, ones),
            "undisclosed": serving(None),
            "field": around(lists, is_within, covered["communes"]),
        },
        "plan_breakdowns": plan_breakdowns(lists, is_within),
        "coverage": covered,
    }


if __name__ == "__main__":
    print(json.dumps(answer(json.load(sys.stdin))))
