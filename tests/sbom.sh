#!/usr/bin/env bash
# Writes target/quotidien.cdx.json: what the program is made of, for those who watch for advisories (CycloneDX). Fails where
# it lacks a crate that cargo compiles in. It names a few more, which belong to features that are off. Needs cargo-cyclonedx.
set -euo pipefail
cd "$(dirname "$0")/.."

list=target/quotidien.cdx.json
mkdir -p target
# The same commit gives the same list.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) cargo cyclonedx --quiet --format json --spec-version 1.5 \
    --target x86_64-unknown-linux-gnu --override-filename quotidien.cdx
mv quotidien.cdx.json "$list"
# Names of folders of this machine stand for the project's own part.
sed -i "s|path+file://$PWD|path+file:///source|g" "$list"

compiled=$(cargo tree --locked --edges normal,build --target x86_64-unknown-linux-gnu --prefix none --format '{p}' |
    sed -nE 's/^([^ ]+) v([^ ]+).*/\1 \2/p' | sort --unique | grep -v '^quotidien ')
listed=$(python3 -c 'import json, sys
for part in json.load(open(sys.argv[1]))["components"]:
    print(part["name"], part["version"])' "$list" | sort --unique)
missing=$(comm -23 <(echo "$compiled") <(echo "$listed"))
if [ -n "$missing" ]; then
    echo "sbom.sh: the list lacks what is compiled in:" >&2
    echo "$missing" >&2
    exit 1
fi
echo "$list lists $(wc --lines <<<"$listed") crates, all $(wc --lines <<<"$compiled") that are compiled in among them"
