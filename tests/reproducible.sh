#!/usr/bin/env bash
# Is the release build reproducible? Builds the committed sources twice, from nothing, in two folders of different names and at
# different times, and compares the programs byte by byte. OpenSSL writes into itself when and where it was built, so that
# SOURCE_DATE_EPOCH is the time of the commit, and each folder is shown to the build as /source, as the Dockerfile does.
# Needs root; takes as long as two release builds.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${IN_A_NAMESPACE:-}" ]; then
    IN_A_NAMESPACE=yes exec unshare --mount --pid --fork --kill-child "$0"
fi

folder=$PWD/target/reproducible
rm -rf "$folder"
cargo fetch --quiet --locked
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
mkdir -p /source
trap 'rmdir --ignore-fail-on-non-empty /source' EXIT
for name in first the-second-of-two; do
    mkdir -p "$folder/$name"
    git archive HEAD | tar --extract --directory "$folder/$name"
    # The files of each tree are as old as its build, as after a clone.
    find "$folder/$name" -type f -exec touch {} +
    mount --bind "$folder/$name" /source
    # Nothing that one build left behind serves the other.
    (cd /source && CCACHE_DISABLE=1 CARGO_INCREMENTAL=0 CARGO_NET_OFFLINE=true CARGO_TARGET_DIR=/source/target \
        cargo build --quiet --release --locked --bin quotidien)
    umount /source
    cp "$folder/$name/target/release/quotidien" "$folder/quotidien-$name"
    rm -rf "$folder/$name/target"
    sha256sum "$folder/quotidien-$name"
done
if ! cmp "$folder"/quotidien-first "$folder"/quotidien-the-second-of-two; then
    differ=$(cmp --verbose "$folder"/quotidien-first "$folder"/quotidien-the-second-of-two | wc --lines)
    echo "reproducible.sh: $differ bytes differ" >&2
    exit 1
fi
echo "both builds are equal"
