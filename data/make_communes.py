#!/usr/bin/env python3
"""Makes `communes.deflate` from the packages that `PACKAGES` names, fetched by `npm pack`: the communes of every year, with
their names, inhabitants, postal codes and intercommunal bodies (EPCI). README.md says what is taken from where.

    data/make_communes.py            # writes data/communes.deflate anew; the same packages give the same bytes
"""
import json
import subprocess
import tarfile
import tempfile
import zlib
from pathlib import Path

PACKAGE = "@etalab/decoupage-administratif"
# The version of the package that holds each year, as the package's README says.
PACKAGES = {2021: "1.1.1", 2022: "2.3.1", 2023: "3.1.1", 2024: "4.1.0", 2025: "5.3.0", 2026: "6.0.0"}
KINDS = ("commune-actuelle", "arrondissement-municipal")


def fetch(version, folder):
    """The communes and the EPCI of a version of the package."""
    made = subprocess.run(
        ["npm", "pack", "--silent", f"{PACKAGE}@{version}"], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(Path(folder) / made.stdout.strip()) as package:
        return [json.load(package.extractfile(f"package/data/{name}.json")) for name in ("communes", "epci")]


def read(years):
    """What is known of each commune and each EPCI, the newest year last; and the EPCI of each commune in each year."""
    communes, bodies, memberships = {}, {}, {}
    for year, version in sorted(years.items()):
        with tempfile.TemporaryDirectory() as folder:
            all_communes, all_bodies = fetch(version, folder)
        for body in all_bodies:
            bodies[body["code"]] = body["nom"]
            for member in body["membres"]:
                memberships.setdefault(member["code"], {})[year] = body["code"]
        for commune in all_communes:
            if commune["type"] in KINDS:
                known = communes.setdefault(commune["code"], {"years": []})
                known.update({key: commune[key] for key in ("nom", "population", "codesPostaux", "departement", "commune")
                              if commune.get(key)})
                known["years"].append(year)
    return communes, bodies, memberships


def runs(of_years, years):
    """The EPCI of a commune as `2021:code,2023:other,2025:`: from which year on it belongs to which, an empty code to none."""
    said, before = [], None
    for year in years:
        now = of_years.get(year, "")
        if now != before:
            said.append(f"{year}:{now}")
            before = now
    return ",".join(said)


def department(code):
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def main():
    communes, bodies, memberships = read(PACKAGES)
    years = sorted(PACKAGES)
    places = {code: place for place, code in enumerate(sorted(bodies))}
    lines = [" ".join(map(str, years)), str(len(bodies))]
    lines += [f"{code}\t{bodies[code]}" for code in sorted(bodies)]
    for code, commune in sorted(communes.items()):
        # An arrondissement belongs where its town does.
        of_years = memberships.get(commune.get("commune", code), {})
        of_years = {year: str(places[body]) for year, body in of_years.items()}
        exists = commune["years"]
        assert exists == [year for year in years if exists[0] <= year <= exists[-1]], code
        lines.append("\t".join([
            code, commune["nom"], str(commune.get("population", 0)), " ".join(sorted(commune.get("codesPostaux", []))),
            runs({year: body for year, body in of_years.items() if year in exists}, exists), str(exists[-1]),
        ]))
    text = "\n".join(lines) + "\n"
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = compressor.compress(text.encode()) + compressor.flush()
    target = Path(__file__).with_name("communes.deflate")
    target.write_bytes(packed)
    print(f"{len(communes)} communes, {len(bodies)} EPCI: {len(text.encode())} bytes, {len(packed)} compressed")


if __name__ == "__main__":
    main()
