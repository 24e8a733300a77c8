#!/usr/bin/env bash
# Does the Debian package install, serve, upgrade and go as it should? Builds it twice, as two versions, then makes a root
# of Debian 12, boots it in a container with the systemd of Debian and its own network, and runs package_trial.sh in
# there. Both versions hold one program: before the upgrade the trial takes back the last migration of the database, so that
# the upgrade has one to run. Also holds the unit against systemd's own check and its list of what a service need not be allowed.
# Needs root, debootstrap, systemd-nspawn (Debian: systemd-container), cargo-deb, and the release that
# `just container-build` makes. QUOTIDIEN_KEEP_ROOT=yes takes the root of the last run again.
set -euo pipefail
cd "$(dirname "$0")/.."

for program in cargo-deb debootstrap systemd-nspawn systemd-analyze; do
    command -v "$program" >/dev/null || { echo "package.sh: $program is missing" >&2; exit 1; }
done

echo "== the unit"
systemd-analyze security --offline=true --threshold=20 --no-pager deploy/quotidien.service | tail -n 1

echo "== two versions of the package"
folder=$PWD/target/package
mkdir -p "$folder"
rm -f "$folder"/*.deb
for revision in 1 2; do
    # --fast packs less tightly; what is published is made without.
    cargo deb --fast --quiet --locked --no-build --no-strip --deb-revision "$revision" --output "$folder/revision-$revision.deb"
    dpkg-deb --info "$folder/revision-$revision.deb" | grep -E '^ (Version|Depends|Installed-Size)'
done

root=$folder/root
# What the root holds besides Debian's least: another list is another root.
holds=systemd,adduser,sqlite3
if [ -z "${QUOTIDIEN_KEEP_ROOT:-}" ] || [ ! -e "$folder/root.complete-$holds" ]; then
    echo "== a root of Debian 12"
    rm -rf --one-file-system "$root" "$folder"/root.complete*
    # The mirror from which this machine gets its packages.
    read -r mirror < <(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main')
    debootstrap --variant=minbase --include="$holds" bookworm "$root" "$mirror" >"$folder/root.log" ||
        { tail "$folder/root.log" >&2; exit 1; }
    touch "$folder/root.complete-$holds"
fi

# The trial runs in a copy, as a unit of its own that ends the machine when it has ended.
trial=$folder/trial
rm -rf --one-file-system "$trial"
cp -a --reflink=auto "$root" "$trial"
install --directory "$trial/trial"
install tests/package_trial.sh "$trial/trial/run"
cp "$folder"/*.deb "$trial/trial"
# The schema before the last migration, and the version by which a database knows that migration.
last=$(printf '%s\n' migrations/sqlite/*/ | tail -n 1)
cp "$last/down.sql" "$trial/trial/earlier_schema.sql"
basename "$last" | sed 's/_.*//; s/-//g' >"$trial/trial/last_migration"
cat >"$trial/etc/systemd/system/trial.service" <<'UNIT'
[Unit]
After=basic.target
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
ExecStart=/trial/run
StandardOutput=truncate:/trial/log
StandardError=inherit
TimeoutStartSec=300
UNIT
ln -s /etc/systemd/system/trial.service "$trial/etc/systemd/system/multi-user.target.wants/trial.service"

echo "== the trial, in $trial"
timeout 400 systemd-nspawn --quiet --register=no --keep-unit --private-network --directory="$trial" --boot \
    </dev/null >"$folder/boot.log" 2>&1 || true
cat "$trial/trial/log"
if [ ! -e "$trial/trial/passed" ]; then
    echo "package.sh: the trial failed; what booted said is in $folder/boot.log" >&2
    exit 1
fi
rm -rf --one-file-system "$trial"
echo "the package installs, serves, upgrades and goes as it should"
