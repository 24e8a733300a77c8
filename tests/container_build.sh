#!/usr/bin/env bash
# Runs the build commands of the Dockerfile's first stage in a folder that holds what its COPY lines name and nothing
# else, since CI has no container engine. A file that the build needs and the Dockerfile does not copy fails here.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
stage=$(sed -n '/^FROM rust/,/^FROM debian/p' Dockerfile)
while read -r -a words; do
    # COPY, the sources, the target.
    cp -r "${words[@]:1:${#words[@]}-2}" "$folder/${words[-1]}"
done < <(grep '^COPY ' <<<"$stage")

# The same artefacts as the release build, so that only our own crate is built anew.
export CARGO_TARGET_DIR="$PWD/target"
while read -r command; do
    (cd "$folder" && bash -c "$command" </dev/null)
done < <(sed -n 's/^RUN //p' <<<"$stage")
"$CARGO_TARGET_DIR/release/quotidien" --version
