#!/usr/bin/env bash
# The table that the release build's demo prints must have the figures of Annex 1 of the deliberation from which this
# project was created.
set -euo pipefail
cd "$(dirname "$0")/.."

printed=$(target/release/quotidien demo --exit)
# How the table is drawn does not matter: lines and runs of spaces count as one space.
plain=$(printf '%s\n' "$printed" | sed 's/[|;]/ /g; s/│/ /g; s/┆/ /g; s/║/ /g; s/$/ /' | tr -s ' \t' ' ')

wrong=0
while read -r row; do
    if ! grep -qF -- "$row " <<<"$plain"; then
        echo "the annex lacks the row: $row" >&2
        wrong=1
    fi
done <<'ANNEX'
Personnes totales accompagnées 650 217 57 205 388
Accompagnements total enregistrés (dont récurrent) 859 286 68 313 478
Ateliers réalisés 62 21 6 22 34
Total des participants aux ateliers 628 209 52 197 379
Accompagnements individuels 195 65 8 104 83
Demandes ponctuelles 36 12 8 12 16
ANNEX

if [ "$wrong" -ne 0 ]; then
    printf '%s\n' "$printed" >&2
    exit 1
fi
echo "the demo prints the annex to the figure"
