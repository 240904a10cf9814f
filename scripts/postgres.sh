#!/bin/sh
# A PostgreSQL of its own for tests: in FOLDER, on 127.0.0.1:PORT, never as root.
#
#   scripts/postgres.sh start FOLDER PORT    makes it if need be; prints its URL
#   scripts/postgres.sh stop FOLDER [fast|immediate]
set -eu

find_tools() {
    for found in "$(command -v initdb 2>/dev/null || true)" /usr/lib/postgresql/*/bin/initdb \
        /opt/homebrew/opt/postgresql*/bin/initdb /usr/local/pgsql/bin/initdb; do
        # A link to it may stand alone in its folder, without the other tools.
        if [ -x "$found" ]; then dirname "$(realpath "$found")"; return; fi
    done
    if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
        apt-get update -q >&2
        apt-get install -y -q --no-install-recommends postgresql >&2
        for found in /usr/lib/postgresql/*/bin/initdb; do dirname "$found"; return; done
    fi
    echo "no PostgreSQL here: install the package postgresql" >&2
    exit 3
}

# initdb and postgres refuse to run as root.
as_nobody() {
    if [ "$(id -u)" != 0 ]; then "$@"; return; fi
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown -R "$user" "$folder"
    setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@"
}

action=$1 folder=$2
tools=$(find_tools)
cd /
case $action in
start)
    port=$3
    mkdir -p "$folder"
    is_new=
    if [ ! -f "$folder/data/PG_VERSION" ]; then
        is_new=yes
        as_nobody "$tools/initdb" -D "$folder/data" -U galley -A trust -E UTF8 --no-sync >&2
    fi
    as_nobody "$tools/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/log" \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=200" \
        start >&2
    if [ "$is_new" ]; then "$tools/createdb" -h 127.0.0.1 -p "$port" -U galley galley; fi
    echo "postgresql://galley@127.0.0.1:$port/galley"
    ;;
stop)
    as_nobody "$tools/pg_ctl" -D "$folder/data" -w -m "${3:-fast}" stop >&2
    ;;
*)
    sed -n '2,6p' "$0" >&2
    exit 2
    ;;
esac
