#!/usr/bin/env bash
# What package.sh runs inside a booted Debian: the package's whole life, as root there, with the packages beside this file.
set -euo pipefail
cd "$(dirname "$0")"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

step() { echo "-- $*"; }

# Fails the trial, with what the service said.
fail() {
    echo "FAILED: $*"
    journalctl --unit quotidien --no-pager --lines 30 || true
    exit 1
}

# What a program prints must be this text.
expect() {
    local what=$1 wanted=$2 found
    shift 2
    found=$("$@" 2>&1) || true
    [ "$found" = "$wanted" ] || fail "$what is '$found', not '$wanted'"
    echo "   $what: $found"
}

# Waits until the service answers that it is ready; a quarter of a minute at most.
ready() {
    for _ in $(seq 150); do
        if quotidien health >/dev/null 2>&1; then return; fi
        sleep 0.1
    done
    fail "the service is not ready"
}

# The copy of the organisation names its account. The copy is read to its end: it is sent in pieces, and a reader that leaves
# early would end the sender with a fault.
account_is_kept() {
    quotidienctl organisation export --organisation "$organisation" | grep coordination@example.org >/dev/null ||
        fail "the account is gone"
}

# The last migration that a database has run, as a file of it says.
schema_of() { sqlite3 "file:$1?mode=ro" 'SELECT max(version) FROM __diesel_schema_migrations'; }

service_pid() { systemctl show --property MainPID --value quotidien; }

step "the unit"
dpkg --unpack revision-1.deb >/dev/null
systemd-analyze verify /usr/lib/systemd/system/quotidien.service || fail "systemd does not take the unit"

step "install"
dpkg --configure quotidien
ready
expect "state" active systemctl is-active quotidien
expect "starts at boot" enabled systemctl is-enabled quotidien
expect "user of the process" quotidien stat --format=%U "/proc/$(service_pid)"
# A container is not always allowed as many.
most=$(awk '/^Max open files/ { print $5 }' /proc/1/limits)
expect "descriptors" "$((most < 65536 ? most : 65536))" awk '/^Max open files/ { print $4 }' "/proc/$(service_pid)/limits"
expect "capabilities" 0000000000000000 awk '/^CapBnd/ { print $2 }' "/proc/$(service_pid)/status"
expect "system calls are filtered" 2 awk '/^Seccomp:/ { print $2 }' "/proc/$(service_pid)/status"
expect "folder of data" "quotidien 700" stat --format='%U %a' /var/lib/quotidien
expect "database" "quotidien 600" stat --format='%U %a' /var/lib/quotidien/quotidien.db
expect "settings" "root 600" stat --format='%U %a' /etc/quotidien/quotidien.env
expect "secret" "root 600" stat --format='%U %a' /etc/quotidien/secret.env
secret=$(sha256sum </etc/quotidien/secret.env)
[ "$(sed -n 's/^QUOTIDIEN_SECRET=//p' /etc/quotidien/secret.env | wc --chars)" -ge 33 ] || fail "the secret is too short"

step "work"
organisation=$(quotidienctl organisation create "Le Mans Métropole" | grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')
quotidienctl account create --organisation "$organisation" --role coordinator --email coordination@example.org \
    --name Coordination --password-stdin <<<'rails-ombre-cadran-84' >/dev/null
quotidienctl check >/dev/null || fail "the check finds faults"
expect "database after quotidienctl" "quotidien 600" stat --format='%U %a' /var/lib/quotidien/quotidien.db
if setpriv --reuid=quotidien --regid=quotidien --clear-groups quotidienctl check 2>/dev/null; then
    fail "quotidienctl works without root"
fi
# A file under a strict ProtectSystem is written only in the folder of the service.
expect "what the log says of the start" yes sh -c 'journalctl --unit quotidien --no-pager | grep -q "ready" && echo yes'

step "killed, it comes back"
kill -KILL "$(service_pid)"
sleep 1
ready

step "upgrade: a copy of the schema as it was, then the migration"
echo 'QUOTIDIEN_NOTES_MONTHS=12' >>/etc/quotidien/quotidien.env
last=$(cat last_migration)
database=/var/lib/quotidien/quotidien.db
expect "schema of this program" "$last" schema_of "$database"
setpriv --reuid=quotidien --regid=quotidien --clear-groups sqlite3 -bail -cmd ".timeout 5000" "$database" <<SQL ||
BEGIN IMMEDIATE;
$(cat earlier_schema.sql)
DELETE FROM __diesel_schema_migrations WHERE version = '$last';
COMMIT;
SQL
    fail "the last migration is not taken back"
earlier=$(schema_of "$database")
[ "$earlier" ] && [ "$earlier" != "$last" ] || fail "the schema is not an earlier one: '$earlier'"
before=$(service_pid)
dpkg --install revision-2.deb
ready
[ "$(service_pid)" != "$before" ] || fail "the upgrade left the old program running"
[ "$(sha256sum </etc/quotidien/secret.env)" = "$secret" ] || fail "the upgrade changed the secret"
expect "settings after the upgrade" QUOTIDIEN_NOTES_MONTHS=12 tail --lines 1 /etc/quotidien/quotidien.env
account_is_kept
expect "copies" 1 sh -c 'ls /var/backups/quotidien | wc --lines'
expect "a copy" "quotidien 600" stat --format='%U %a' /var/backups/quotidien/before-upgrade-*
expect "schema of the copy" "$earlier" schema_of "$(echo /var/backups/quotidien/before-upgrade-*)"
expect "schema after the upgrade" "$last" schema_of "$database"
quotidienctl check >/dev/null || fail "the check finds faults after the upgrade"

step "the way back: the copy takes the place of what came after it"
quotidienctl organisation create "Made after the upgrade" >/dev/null
systemctl stop quotidien
quotidienctl restore /var/backups/quotidien/before-upgrade-* >/dev/null || fail "the copy is not restored"
quotidienctl check >/dev/null || fail "the check finds faults in what was restored"
systemctl start quotidien
ready
expect "database after the restoration" "quotidien 600" stat --format='%U %a' /var/lib/quotidien/quotidien.db
account_is_kept
expect "schema after the restoration" "$last" schema_of "$database"
expect "what came after it" 0 grep --text --count "Made after the upgrade" /var/lib/quotidien/quotidien.db

step "an upgrade that cannot make its copy does not begin"
mv /usr/sbin/quotidienctl /usr/sbin/quotidienctl.kept
printf '#!/bin/sh\nexit 1\n' >/usr/sbin/quotidienctl
chmod +x /usr/sbin/quotidienctl
if dpkg --install revision-2.deb; then fail "it upgraded without a copy"; fi
mv /usr/sbin/quotidienctl.kept /usr/sbin/quotidienctl
ready

step "remove: the data stays"
dpkg --remove quotidien
[ ! -e /usr/bin/quotidien ] || fail "the program is left"
expect "state" inactive systemctl is-active quotidien
[ -e /var/lib/quotidien/quotidien.db ] || fail "the data is gone"
dpkg --install revision-2.deb
ready
account_is_kept

step "purge: nothing stays but the copies"
dpkg --purge quotidien
for path in /etc/quotidien /var/lib/quotidien /usr/bin/quotidien /usr/sbin/quotidienctl \
    /usr/lib/systemd/system/quotidien.service /etc/systemd/system/multi-user.target.wants/quotidien.service \
    /usr/lib/tmpfiles.d/quotidien.conf /usr/share/doc/quotidien; do
    [ ! -e "$path" ] || fail "$path is left"
done
if [ -e /var/backups/quotidien ]; then
    expect "copies" 1 sh -c 'ls /var/backups/quotidien | wc --lines'
else
    if getent passwd quotidien; then fail "the user is left"; fi
fi
touch passed
