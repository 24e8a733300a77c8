#!/usr/bin/env bash
# Do the README's commands work on a machine that has no more than the README asks for? Makes a root of Debian 12 with
# `build-essential`, the Rust toolchain of this machine and nothing else, clones this repository into it as it is
# committed, and runs the commands under "Try it" there, offline, with the crates of Cargo.lock. Needs root, debootstrap
# and git; takes half an hour on two cores, and four gigabytes.
set -euo pipefail
cd "$(dirname "$0")/.."

# In a mount namespace, so that what is mounted below is unmounted when the process ends.
if [ -z "${IN_A_NAMESPACE:-}" ]; then
    IN_A_NAMESPACE=yes exec unshare --mount --pid --fork --kill-child "$0"
fi

# The mirror from which this machine gets its packages.
read -r mirror < <(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main')
root="$PWD/target/bare"
# A fresh clone has no such folder, and debootstrap writes its log beside the root.
mkdir -p target
rm -rf --one-file-system "$root"
debootstrap --variant=minbase --include=build-essential bookworm "$root" "$mirror" >"$root.log" ||
    { tail "$root.log" >&2; exit 1; }

# The README's commands; `--exit`, since the demo would otherwise go on to serve once it has printed the table.
mapfile -t commands < <(sed -n '/^## Try it/,/^## /s/^\(cargo [^#]*[^# ]\) *\(#.*\)\?$/\1/p' README.md | sed 's/ demo$/ demo --exit/')
if [ "${#commands[@]}" -ne 2 ]; then
    echo "the README's commands are not found" >&2
    exit 1
fi

cargo fetch --locked
mkdir -p "$root/toolchain" "$root/root/.cargo/registry"
cp -a "${CARGO_HOME:-$HOME/.cargo}"/registry/{cache,index} "$root/root/.cargo/registry"
git clone --quiet --no-local . "$root/source"
mount --bind --options ro "$(rustc --print sysroot)" "$root/toolchain"
mount --types proc proc "$root/proc"

for command in "${commands[@]}"; do
    echo "== $command"
    start=$SECONDS
    chroot "$root" /usr/bin/env --ignore-environment HOME=/root PATH=/toolchain/bin:/usr/bin:/bin CARGO_NET_OFFLINE=true \
        sh -c "cd /source && $command" </dev/null
    echo "== $command took $((SECONDS - start)) s"
done
rm -rf --one-file-system "$root/source/target"
