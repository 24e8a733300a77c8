"""Recounts the statistics. It shares no code with the service, and reads only what `GET /v1/reports` gives back.

    recount.py < sheets.json

Standard input is a list of `{"reports": […], "questions": […]}`: the items of all pages, and questions such as
`{"from": "2022-05", "to": "2022-07", "filters": {"kinds": ["workshop"], …}, "by": "theme"}`, whose months are both included
and whose `by` may be missing. For each element of the input the output has a list with an answer to each question: the
rows of the monthly table, or the lines of the breakdown.
"""

import json
import sys

# What one intervention adds to each row of the monthly table.
ROWS = {
    "people_supported": lambda i: i["participants"] - i["recurring_participants"],
    "supports_recorded": lambda i: i["participants"],
    "workshops_held": lambda i: 1 if i["kind"] == "workshop" and not i["assisting"] else 0,
    "workshop_participants": lambda i: i["participants"] if i["kind"] == "workshop" else 0,
    "individual_supports": lambda i: i["participants"] if i["kind"] == "individual" else 0,
    "one_off_requests": lambda i: i["participants"] if i["kind"] == "one_off" else 0,
    "recurring_participants": lambda i: i["recurring_participants"],
    "workshop_minutes": lambda i: i["duration_minutes"] if i["kind"] == "workshop" else 0,
    "individual_minutes": lambda i: i["duration_minutes"] if i["kind"] == "individual" else 0,
    "one_off_minutes": lambda i: i["duration_minutes"] if i["kind"] == "one_off" else 0,
    "referrals": lambda i: 1 if i["referred_by_social_worker"] else 0,
    "first_visits_accompanied": lambda i: 1 if i["first_visit_accompanied"] else 0,
}

# The dimensions in which an intervention has one value, or none where it was not said.
ONE_VALUE = {
    "kind": lambda i, report: i["kind"],
    "setting": lambda i, report: i["setting"],
    "principle": lambda i, report: i["principle"],
    "commune": lambda i, report: i["commune_code"],
    "advisor": lambda i, report: report["advisor_id"],
    "autonomy": lambda i, report: i["autonomy"],
    "level": lambda i, report: i["level"],
    "place": lambda i, report: i["place_id"],
    "partner": lambda i, report: i["partner_id"],
    "workshop": lambda i, report: i["workshop_id"],
}
PEOPLE = {"age_group": "age_groups", "gender": "genders", "situation": "situations", "follow_up": "follow_ups"}
ANSWERS = {"theme": "themes", "redirection": "redirected_to", "equipment": "equipment", "tag": "tags"}


def months_between(first, last):
    """The months from `first` to `last`, both included, as "2022-05"."""
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, end + 1)]


def restricts(filters):
    """Whether the filters keep some interventions of a report and not others."""
    lists = ("communes", "kinds", "settings", "principles", "themes", "equipment", "autonomies", "levels",
             "place_ids", "partner_ids", "workshop_ids", "tag_ids")
    return any(filters.get(name) for name in lists)


def kept(intervention, report, filters):
    """Whether the filters keep an intervention."""

    def any_of(name, value):
        return not filters.get(name) or value in filters[name]

    return (
        any_of("advisor_ids", report["advisor_id"])
        and any_of("communes", intervention["commune_code"])
        and any_of("kinds", intervention["kind"])
        and any_of("settings", intervention["setting"])
        and any_of("principles", intervention["principle"])
        and any_of("autonomies", intervention["autonomy"])
        and any_of("levels", intervention["level"])
        and any_of("place_ids", intervention["place_id"])
        and any_of("partner_ids", intervention["partner_id"])
        and any_of("workshop_ids", intervention["workshop_id"])
        and (not filters.get("tag_ids") or set(filters["tag_ids"]) & set(intervention["tags"]))
        and (not filters.get("equipment") or set(filters["equipment"]) & set(intervention["equipment"]))
        and (not filters.get("themes") or set(filters["themes"]) & set(intervention["themes"]))
    )


def monthly(reports, months, filters):
    """The rows of the monthly table, and how many reports of each month came after it was over. An average is rounded
    half up, and months without reports count.

    The month of an instant is taken in UTC: the reports are received about noon, when the month is the same in Paris.
    """
    adds_up = {
        name: [
            sum(
                adds(i)
                for report in reports
                if report["date"][:7] == month
                for i in report["interventions"]
                if kept(i, report, filters)
            )
            for month in months
        ]
        for name, adds in ROWS.items()
    }
    if not restricts(filters):
        theirs = [r for r in reports if not filters.get("advisor_ids") or r["advisor_id"] in filters["advisor_ids"]]
        of_month = [[r for r in theirs if r["date"][:7] == month] for month in months]
        adds_up["reports"] = [len(of) for of in of_month]
        adds_up["absences"] = [sum(1 for r in of if r["absence"]) for of in of_month]
    rows = {}
    for name, by_month in adds_up.items():
        total = sum(by_month)
        average = (2 * total + len(months)) // (2 * len(months))
        rows[name] = {"by_month": by_month, "total": total, "monthly_average": average}
    theirs = [r for r in reports if not filters.get("advisor_ids") or r["advisor_id"] in filters["advisor_ids"]]
    late = [sum(1 for r in theirs if r["date"][:7] == month and r["received_at"][:7] > month) for month in months]
    return {"rows": rows, "late_reports": late}


def breakdown(reports, months, filters, by):
    """The lines that are not all 0: [interventions, supports, days] by code; null for what the breakdown does not count."""
    if by == "absence":
        return absences(reports, months, filters)
    counted = [
        (i, report)
        for report in reports
        if report["date"][:7] in months
        for i in report["interventions"]
        if kept(i, report, filters) and not i["assisting"]
    ]
    lines = {}

    def add(code, interventions, supports):
        line = lines.setdefault(code, [0, 0])
        line[0] += interventions
        line[1] += supports

    for i, report in counted:
        if by in ONE_VALUE:
            add(ONE_VALUE[by](i, report) or "undisclosed", 1, i["participants"])
        elif by in PEOPLE:
            groups = i[PEOPLE[by]]
            for code, people in groups.items():
                add(code, 0, people)
            add("undisclosed", 0, i["participants"] - sum(groups.values()))
        elif by in ANSWERS:
            for code in i[ANSWERS[by]]:
                add(code, 1, 0)
        elif i["first_visit_accompanied"]:
            add("first_visit_accompanied", 1, 0)
        elif i["referred_by_social_worker"]:
            add("social_worker", 1, 0)
        else:
            add("none", 1, 0)
    counts_interventions = by not in PEOPLE
    counts_supports = by in PEOPLE or by in ONE_VALUE
    return {
        code: [line[0] if counts_interventions else None, line[1] if counts_supports else None, None]
        for code, line in lines.items()
        if line[0] or line[1]
    }


def absences(reports, months, filters):
    """The days of each absence; a filter on interventions keeps none."""
    if restricts(filters):
        return {}
    theirs = [r for r in reports if not filters.get("advisor_ids") or r["advisor_id"] in filters["advisor_ids"]]
    said = [r["absence"] for r in theirs if r["date"][:7] in months and r["absence"]]
    return {code: [None, None, said.count(code)] for code in set(said)}


def answer(reports, question):
    """The answer to one question."""
    months = months_between(question["from"], question["to"])
    filters = question.get("filters", {})
    if "by" in question:
        return breakdown(reports, months, filters, question["by"])
    return monthly(reports, months, filters)


if __name__ == "__main__":
    SHEETS = json.load(sys.stdin)
    print(json.dumps([[answer(sheet["reports"], question) for question in sheet["questions"]] for sheet in SHEETS]))
