#!/usr/bin/env bash
# Runs the build commands of the Dockerfile's first stage in a folder that holds the files that its COPY lines name and
# no others, since CI has no container engine. If the build needs a file that the Dockerfile does not copy, or copies one
# that .dockerignore keeps away, it fails here. The binary is in target/release afterwards, so that the other checks run
# the binary that the image would hold.
set -euo pipefail
cd "$(dirname "$0")/.."

# The folder has the same path each time and its files keep their times, so that cargo compiles only what changed.
folder=target/container
rm -rf "$folder"
mkdir -p "$folder"
stage=$(sed -n '/^FROM rust/,/^FROM debian/p' Dockerfile)
while read -r -a words; do
    # The words of the line are COPY, the sources and the target.
    for source in "${words[@]:1:${#words[@]}-2}"; do
        grep -qxF "!$source" .dockerignore || { echo ".dockerignore keeps $source away from the Dockerfile" >&2; exit 1; }
    done
    cp -a "${words[@]:1:${#words[@]}-2}" "$folder/${words[-1]}"
done < <(grep '^COPY ' <<<"$stage")

export CARGO_TARGET_DIR="$PWD/target"
while read -r command; do
    (cd "$folder" && bash -c "$command" </dev/null)
done < <(sed -n 's/^RUN //p' <<<"$stage")
"$CARGO_TARGET_DIR/release/quotidien" --version
