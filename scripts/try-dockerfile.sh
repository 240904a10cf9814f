#!/bin/sh
# Runs the Dockerfile's own steps in a clean root, for a machine without a container engine.
#
#     scripts/try-dockerfile.sh ROOT MIRROR [FOLDER…]
#
# Needs root and debootstrap. MIRROR is a Debian mirror. ROOT is made, and left for a second try.
# Its Python is Debian's, where the image has python:3.12; its packages are the mirror's of today,
# where the image has those of one day of the archive. pip reads this machine's configuration; the
# FOLDERs are those that it names.
set -eu

[ $# -ge 2 ] || { sed -n '2,9p' "$0" >&2; exit 2; }
root=$1 mirror=$2
shift 2
cd "$(dirname "$0")/.."
port=5099

say() { echo "try-dockerfile: $*" >&2; }

in_root() {
    chroot "$root" /usr/bin/env -i HOME="$1" PATH=/opt/galley/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin \
        DEBIAN_FRONTEND=noninteractive $pip_settings sh -ec "cd '$2'; $3"
}

# step PATTERN: the RUN of the Dockerfile that holds the pattern, on one line.
step() {
    sed -e ':join' -e '/\\$/{N;s/\\\n//;b join' -e '}' Dockerfile | sed -n "s/^RUN \(.*$1.*\)/\1/p"
}

# as_user COMMAND: becomes the command, as the image runs it, with the variables of its ENV.
as_user() {
    settings=$(sed -n 's/^ENV //p' Dockerfile | sed 's/\$PATH/\/usr\/bin:\/bin/')
    exec chroot --userspec=galley:galley "$root" /usr/bin/env -i HOME=/home/galley $settings PORT=$port \
        SECRET=try FORGE=local MODEL=scripted:/tmp/answers sh -c "cd /galley; exec $1"
}

if [ ! -e "$root/usr/bin/python3" ]; then
    say "a clean root by debootstrap"
    debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv bookworm "$root" "$mirror"
fi
cp -L --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
cp -L --remove-destination /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
ln -sf python3 "$root/usr/bin/python"
for from in $(python3 -m pip config debug | sed -n 's/^ *\(.*\), exists: True$/\1/p'); do
    mkdir -p "$root$(dirname "$from")" && cp "$from" "$root$from"
done
pip_settings=$(env | grep '^PIP_' | tr '\n' ' ')
trap 'for at in /proc /dev "$@"; do mountpoint -q "$root$at" && umount "$root$at"; done' EXIT
mount -t proc proc "$root/proc"
for folder in /dev "$@"; do
    mkdir -p "$root$folder" && mount --bind "$folder" "$root$folder"
done

say "the libraries: $(step 'pip install')"
cp requirements.lock "$root/requirements.lock"
in_root /root / "$(step 'pip install')"

# The archive of one day cannot be had from every network: the sources stay those of the mirror.
packages=$(step 'apt-get install' | sed 's/^printf .*apt-get update/apt-get update/')
say "the packages: $packages"
id=$(chroot "$root" id -u galley 2>/dev/null || true)
[ "$id" = 1000 ] || in_root /root / "$packages"

mkdir -p "$root/galley"
rm -rf "$root/galley/agent" "$root/galley/scaffolds"
cp -r agent scaffolds "$root/galley/"
find "$root/galley" -name __pycache__ -prune -exec rm -rf {} +

mkdir -p "$root/tmp/answers"
page='<!doctype html>\n<html lang=en>\n<title>Try</title>\n<h1>Try</h1>\n</html>'
printf "Summary: A page\n\nindex.html\n\`\`\`html\n$page\n\`\`\`\n" > "$root/tmp/answers/1.md"
cat > "$root/tmp/brief.json" <<'BRIEF'
{"task": "try", "brief": "A page.", "checks": ["js: document.title === 'Try'"]}
BRIEF
chmod -R a+rX "$root/tmp/answers" "$root/tmp/brief.json"

command=$(sed -n 's/^CMD \[\(.*\)\]/\1/p' Dockerfile | tail -1 | tr -d '",')
health=$(sed -n 's/^  CMD \(python -c.*\)/\1/p' Dockerfile)
say "as galley: $command"
as_user "$command" & server=$!
tries=0
until (as_user "$health") 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 120 ] || { say "not healthy"; kill $server; exit 1; }
    kill -0 $server || exit 1
    sleep 1
done
say "healthy"
kill -TERM $server
status=0
wait $server || status=$?
say "stopped with $status after SIGTERM"

say "a page, proved in the browser of the image"
(as_user "python -m agent run /tmp/brief.json") | tee "$root/tmp/printed"
grep -q "^proof *1/1 passed" "$root/tmp/printed" || { say "not proved"; exit 1; }
exit $status
