#!/usr/bin/env python3
"""Has the exports of a running service judged by the two national validators: the schema, by frictionless, and the library of
the national map. The places are of every kind that one of the two refuses as it stands.

Needs frictionless (requirements.txt), Node.js with the library (package.json) and a release build. Talks to loopback alone.
"""

import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import uuid

import frictionless

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from throwaway import Failure, Server, create_account, create_organisation, run

HERE = pathlib.Path(__file__).resolve().parent
BINARY = ROOT / "target" / "release" / "quotidien"
SCHEMA = HERE / "lieux-de-mediation-numerique.schema.json"
COORDINATOR = {"email": "dominique.petit@demo.example", "password": "staple correct horse"}

# What every place that is exported has, beside what is tried.
SOUND = {"commune_code": "72181", "address": "54 rue du Port", "postal_code": "72000", "published": True}

# Every closed list, whole.
LISTS = {
    "services": ["administrative_procedures", "everyday_tools", "employment", "security", "parenting", "creation",
                 "digital_culture", "access", "solidarity_equipment"],
    "audiences": ["young_people", "students", "families", "seniors", "women"],
    "special_care": ["deafness", "motor_disability", "mental_disability", "illiteracy", "english", "other_languages",
                     "visual_impairment"],
    "fees": ["free", "free_on_condition", "charged"],
    "programmes": ["aidants_connect", "digital_libraries", "pix", "digital_advisors", "emmaus_connect", "france_services",
                   "digital_school", "red_cross", "caf_access", "promeneurs_du_net", "digital_relay"],
    "labels": ["mon_espace_sante", "duplex", "arnia", "reuse", "la_poste", "fabrique_territoire", "eclaireurs_drome",
               "mes_papiers", "ordi_3_0", "sud_labs"],
    "access_modes": ["walk_in", "phone", "email", "online_booking", "no_public", "prescription_email"],
    "support_modes": ["autonomous", "individual", "workshop", "remote"],
}

# A name, what the place says, and cells that the line must have.
EXPORTED = [
    ("Sans SIRET", {}, {"pivot": "00000000000000", "code_insee": "72181", "commune": "Le Mans"}),
    ("Avec SIRET", {"pivot": "217 200 039 00014"}, {"pivot": "21720003900014"}),
    ("Association", {"pivot": "W721000123"}, {"pivot": "W721000123"}),
    ("Toutes les listes", LISTS, {
        "autres_formations_labels": "Étapes numériques (La Poste)",
        "frais_a_charge": "Gratuit|Gratuit sous condition|Payant"}),
    ("Autres labels", {"labels": ["la_poste"], "other_labels": ["Label|local", "QPV", "ZRR"]}, {
        "formations_labels": "", "autres_formations_labels": "Étapes numériques (La Poste)|Label/local"}),
    ("Téléphone", {"phone": "02 43 47 47 47"}, {"telephone": "+33243474747"}),
    ("Outre-mer", {"phone": "0262 20 20 20"}, {"telephone": "+262262202020"}),
    ("Numéro court", {"phone": "3949", "details": "Au rez-de-chaussée."}, {
        "telephone": "", "presentation_detail": "Au rez-de-chaussée.\nTéléphone : 3949"}),
    ("Numéro belge", {"phone": "+32 2 555 12 12"}, {"telephone": ""}),
    ("Adresse difficile", {"address": "12 «bis» rue #3 de l’Œuvre !"}, {"adresse": "12 bis rue 3 de l’Œuvre"}),
    ("Accents décomposés", {"summary": "Me\u0301diathe\u0300que"}, {"presentation_resume": "Médiathèque"}),
    ("Résumé long", {"summary": "é" * 280}, {"presentation_resume": "é" * 280}),
    ("=1+1", {"summary": "@SOMME(A1)", "details": "Une \"grande\" salle,\nau fond; à gauche"}, {
        "nom": "1+1", "presentation_resume": "SOMME(A1)"}),
    ("Coordonnées", {"latitude": 48.0077, "longitude": -0.1984}, {"latitude": "48.0077", "longitude": "-0.1984"}),
    ("Bureau mobile", {"mobile": "mobile", "types": ["ENM"]}, {"itinerance": "Itinérant", "typologie": "ENM"}),
    ("Les deux", {"mobile": "both", "types": ["BIB", "MUNI"]}, {"itinerance": "Itinérant|Fixe", "typologie": "BIB|MUNI"}),
    ("Pages", {"website": "https://un.example|https://deux.example/é?a=b",
               "accessibility_url": "https://acceslibre.example/app/72-le-mans/a/bib/erp/1/",
               "booking_url": "https://rendez-vous.example/é"}, {
        "site_web": "https://un.example|https://deux.example/é?a=b", "prise_rdv": "",
        "fiche_acces_libre": "https://acceslibre.example/app/72-le-mans/a/bib/erp/1/"}),
    ("Courriels", {"emails": ["a.b@commune.example", "c@commune.example"]}, {
        "courriels": "a.b@commune.example|c@commune.example"}),
    ("Horaires", {"opening_hours": "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00; PH off"}, {}),
    ("Code postal de la commune", {"commune_code": "72003", "postal_code": None}, {
        "code_postal": "72700", "commune": "Allonnes"}),
    ("Jour", {"updated_on": "2022-09-01"}, {"date_maj": "2022-09-01"}),
    ("Corse", {"commune_code": "2A004", "postal_code": "20000"}, {"code_insee": "2A004", "commune": "Ajaccio"}),
    ("Apostrophe", {"commune_code": "85194", "postal_code": "85100"}, {"commune": "Les Sables-d'Olonne"}),
]
# A name, what the place says, and why it is no line.
LEFT_OUT = [
    ("Marché", {"address": None}, ["no_address"]),
    ("Plusieurs codes postaux", {"postal_code": None}, ["no_postal_code"]),
    ("Proposé", {"status": "proposed", "published": False}, ["proposed"]),
    ("Fermé", {"closed_on": "2022-09-01"}, []),
]


def put(server, token, number, name, said):
    body = {key: value for key, value in ({"name": name} | SOUND | said).items() if value is not None}
    path = f"/v1/places/{uuid.UUID(int=(0x0198f3c27c1e7d2a8f05 << 48) + number)}"
    server.ask_json(201, "PUT", path, token, body)


def by_schema(file):
    """What frictionless says of a file, fault by fault."""
    schema = frictionless.Schema.from_descriptor(json.loads(SCHEMA.read_text()))
    resource = frictionless.Resource(path=file.name, basepath=str(file.parent), schema=schema)
    report = resource.validate()
    return [error.message for task in report.tasks for error in task.errors] + [error.message for error in report.errors]


def by_library(file):
    """What the library of the national map refuses in a file, and how many places it read."""
    answer = json.loads(run(["node", HERE / "admit.js", file]))
    return answer["refused"], answer["places"]


def judge(folder, kind, table, listed):
    """Both forms of the same list, by both validators; returns the rows by name."""
    as_csv, as_json = folder / f"{kind}.csv", folder / f"{kind}.json"
    as_csv.write_text(table)
    as_json.write_text(listed)
    rows = list(csv.DictReader(io.StringIO(table)))
    refused, admitted = by_library(as_json)
    faults = by_schema(as_csv) + refused
    if faults:
        raise Failure(f"{kind}: " + "; ".join(faults))
    # The keys of the objects are the cells that say something.
    said = [{key: str(value) for key, value in place.items()} for place in json.loads(listed)]
    if admitted != len(rows) or said != [{key: value for key, value in row.items() if value} for row in rows]:
        raise Failure(f"{kind}: the CSV and the JSON differ")
    return {row["nom"]: row for row in rows}


def check_rows(rows):
    wanted = {cells.get("nom", name): cells for name, _, cells in EXPORTED}
    if set(rows) != set(wanted):
        raise Failure(f"exported are {sorted(rows)}, not {sorted(wanted)}")
    for name, cells in wanted.items():
        for column, cell in cells.items():
            if rows[name][column] != cell:
                raise Failure(f"{name}: {column} is {rows[name][column]!r}, not {cell!r}")


def check_validators(folder, table):
    """Validators that find no fault in a spoiled file would prove nothing."""
    spoiled = folder / "spoiled.csv"
    spoiled.write_text(table.replace("+33243474747", "02 43 47 47 47"))
    refused = folder / "refused.json"
    refused.write_text(json.dumps([{"id": "1", "pivot": "217200039", "nom": "SIREN", "commune": "Le Mans",
                                    "code_postal": "72000", "adresse": "1 rue A", "date_maj": "2022-09-01"}]))
    if not by_schema(spoiled) or not by_library(refused)[0]:
        raise Failure("the validators find no fault in a spoiled file")


def check(server, token, folder):
    for number, (name, said, _) in enumerate(EXPORTED + LEFT_OUT, start=1):
        put(server, token, number, name, said)
    settings = {"name": "Le Mans Métropole", "time_zone": "Europe/Paris", "working_days": ["monday"],
                "slug": "le-mans-metropole", "publishes": True}
    server.ask_json(200, "PUT", "/v1/organisation", token, settings)
    table = server.ask("GET", "/v1/places?format=national-csv", token)[1]
    rows = judge(folder, "signed-in", table, server.ask("GET", "/v1/places?format=national-json", token)[1])
    check_rows(rows)
    opened = judge(folder, "open", server.ask("GET", "/open/le-mans-metropole/places.csv")[1],
                   server.ask("GET", "/open/le-mans-metropole/places.json")[1])
    check_rows(opened)
    check_validators(folder, table)
    told = server.ask_json(200, "GET", "/v1/places/national-check", token)
    for name, _, why in LEFT_OUT:
        codes = [remark["code"] for remark in told["left_out"] if remark["name"] == name]
        if codes != why:
            raise Failure(f"{name} is left out for {codes}, not {why}")
    return len(rows)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        url = f"sqlite://{folder}/quotidien.db"
        organisation = create_organisation(BINARY, url, "Le Mans Métropole")
        create_account(BINARY, url, organisation, "coordinator", COORDINATOR["email"], "Dominique Petit",
                       COORDINATOR["password"])
        with Server(BINARY, url, folder) as server:
            token = server.ask_json(201, "POST", "/v1/sessions", None, COORDINATOR)["access_token"]
            lines = check(server, token, folder)
    print(f"both national validators take the {lines} places, in both forms, signed in and open")


if __name__ == "__main__":
    try:
        main()
    except (Failure, subprocess.SubprocessError, OSError) as failure:
        sys.exit(f"national: {failure}")
