#!/usr/bin/env bash
# Runs the build commands of the Dockerfile's first stage in a folder that holds what its COPY lines name and nothing
# else, since CI has no container engine. A file that the build needs and the Dockerfile does not copy fails here. The
# binary stands in target/release afterwards: what the other checks run is what the image holds.
set -euo pipefail
cd "$(dirname "$0")/.."

# The same path each time, and times kept, so that nothing is compiled that did not change.
folder=target/container
rm -rf "$folder"
mkdir -p "$folder"
stage=$(sed -n '/^FROM rust/,/^FROM debian/p' Dockerfile)
while read -r -a words; do
    # COPY, the sources, the target.
    cp -a "${words[@]:1:${#words[@]}-2}" "$folder/${words[-1]}"
done < <(grep '^COPY ' <<<"$stage")

export CARGO_TARGET_DIR="$PWD/target"
while read -r command; do
    (cd "$folder" && bash -c "$command" </dev/null)
done < <(sed -n 's/^RUN //p' <<<"$stage")
"$CARGO_TARGET_DIR/release/quotidien" --version
