"""A recount of the annex that imports nothing of ours and reads only what `GET /v1/reports` gives back.

    recount.py 2022-05 2022-07 < reports.json

Standard input is a JSON array of the items of all pages; the two arguments are months, both included.
"""

import json
import sys

# The annex's rows in its order: what one intervention adds to each.
ROWS = {
    "people_supported": lambda i: i["participants"] - i["recurring_participants"],
    "supports_recorded": lambda i: i["participants"],
    "workshops_held": lambda i: 1 if i["kind"] == "workshop" else 0,
    "workshop_participants": lambda i: i["participants"] if i["kind"] == "workshop" else 0,
    "individual_supports": lambda i: i["participants"] if i["kind"] == "individual" else 0,
    "one_off_requests": lambda i: i["participants"] if i["kind"] == "one_off" else 0,
}


def months_between(first, last):
    """The months from `first` to `last`, both included, as "2022-05"."""
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, end + 1)]


def recount(reports, months):
    """The rows of the annex; an average is rounded half up, and months without reports count."""
    rows = {}
    for name, adds in ROWS.items():
        by_month = [
            sum(adds(i) for report in reports if report["date"][:7] == month for i in report["interventions"])
            for month in months
        ]
        total = sum(by_month)
        average = (2 * total + len(months)) // (2 * len(months))
        rows[name] = {"by_month": by_month, "total": total, "monthly_average": average}
    return rows


if __name__ == "__main__":
    MONTHS = months_between(sys.argv[1], sys.argv[2])
    print(json.dumps({"months": MONTHS, "rows": recount(json.load(sys.stdin), MONTHS)}))
