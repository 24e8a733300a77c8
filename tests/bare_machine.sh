#!/usr/bin/env bash
# Does what the README promises hold? A root of Debian 12 with `build-essential` and the Rust toolchain of this machine, and
# nothing else: this repository, as committed, is cloned into it, and the commands under "Try it" run there, with no crate to
# be had but those of Cargo.lock. As root, with debootstrap and git; takes half an hour on two cores, and four gigabytes.
set -euo pipefail
cd "$(dirname "$0")/.."

# What is mounted for the root goes with the process.
if [ -z "${IN_A_NAMESPACE:-}" ]; then
    IN_A_NAMESPACE=yes exec unshare --mount --pid --fork --kill-child "$0"
fi

# Where this machine has its own packages from.
read -r mirror < <(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main')
root="$PWD/target/bare"
rm -rf --one-file-system "$root"
debootstrap --variant=minbase --include=build-essential bookworm "$root" "$mirror" >"$root.log" ||
    { tail "$root.log" >&2; exit 1; }

# The README's commands; the demo would serve after its table.
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
