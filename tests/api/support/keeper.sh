# Keeps what the tests put on the machine in one folder, and removes the folder when the tests end. libtest has no hook
# for that, so this process waits on its standard input, which closes however the tests end: also with a failure, Ctrl-C
# or kill -9.
#
# Prints the folder's path. A line on the standard input starts a PostgreSQL server in the folder; the answer is
# "started", "missing" where PostgreSQL's programs are not installed, or "failed" and why.

# A signal to a whole group of processes must not stop this one: it ends after the tests, once it has tidied up.
trap '' HUP INT TERM PIPE

# The folder is in memory where a gigabyte is free there: copying the 300 files of a PostgreSQL database takes a third
# of a second on some disks.
place=${TMPDIR:-/tmp}
memory=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && [ "${memory:-0}" -gt 1048576 ]; then place=/dev/shm; fi

folder=$(mktemp -d "$place/quotidien-test.XXXXXX") || exit 1
# The user that runs the PostgreSQL server must get into the folder.
chmod 755 "$folder"
cd "$folder" || exit 1
echo "$folder"

# Prints the folder of PostgreSQL's programs: the one on PATH, or else the newest version that Debian has installed.
find_programs() {
    if command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then
        dirname "$(command -v initdb)"
    else
        printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1
    fi
}

# PostgreSQL refuses to run as root.
owner=$(id -un)
if [ "$(id -u)" -eq 0 ]; then
    owner=nobody
    if id postgres >/dev/null 2>&1; then owner=postgres; fi
fi
as_owner() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    elif command -v setpriv >/dev/null; then
        setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups "$@"
    else
        # shellcheck disable=SC2016 # the inner shell expands it
        su -s /bin/sh -c 'exec "$@"' "$owner" -- sh "$@"
    fi
}

# Sorts by ICU where PostgreSQL has it: in a database that sorts as people do, tests show where the program relies on
# another order.
init() {
    set -- "$programs/initdb" -D postgres/data -U quotidien --auth=trust --encoding=UTF8 --locale=C --no-sync
    as_owner "$@" --locale-provider=icu --icu-locale=fr && return
    rm -rf postgres/data
    as_owner "$@"
}

# The server listens on no port, only on a socket in the folder. It is set to be fast instead of durable: no data
# outlive the tests.
start() {
    mkdir -p postgres && chown "$owner" postgres && init || return
    as_owner "$programs/pg_ctl" start -w -t 60 -D postgres/data -l postgres/log -o "-k '$folder/postgres' \
        -c listen_addresses='' -c max_connections=300 -c shared_buffers=64MB -c fsync=off -c synchronous_commit=off \
        -c full_page_writes=off -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0 \
        -c max_wal_size=128MB"
}

while read -r _; do
    programs=$(find_programs)
    if ! [ -x "$programs/initdb" ] || ! [ -x "$programs/pg_ctl" ]; then
        echo missing
    elif start >output 2>&1 </dev/null; then
        echo started
    else
        echo "failed: $(cat output postgres/log 2>/dev/null | tr '\n' ' ')"
    fi
done

if [ -e postgres/data/postmaster.pid ]; then
    as_owner "$programs/pg_ctl" stop -w -D postgres/data -m immediate >/dev/null 2>&1
fi
cd / && rm -rf "$folder"
