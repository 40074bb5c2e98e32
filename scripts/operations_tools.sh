#!/bin/sh
# Unpacks, from Debian's packages, what the tests of deploy/ look with: Prometheus, promtool, and the schema of compose
# files. No root, no service that starts. Says how to get them where that is not possible.
set -eu
folder=${1:-.operations-tools}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Whoever downloads for apt has to read there.
chmod 755 "$work"

# unpack PACKAGE FILE: nothing where FILE is there already, in the system or in the folder.
unpack() {
    if [ -e "/$2" ] || [ -e "$folder/$2" ]; then
        return
    fi
    if command -v dpkg >/dev/null && (cd "$work" && timeout 120 apt-get download -qq "$1" 2>/dev/null); then
        mkdir -p "$folder"
        dpkg -x "$work/$1"_*.deb "$folder"
        return
    fi
    echo "Not here, so tests of deploy/ are skipped: $1; as root: apt-get update && apt-get install $1" >&2
}

unpack prometheus usr/bin/promtool
unpack docker-compose usr/lib/python3/dist-packages/compose/config/compose_spec.json
