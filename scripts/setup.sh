#!/bin/sh
# Makes the virtual environment: setup.sh PYTHON FOLDER. Installs python3-venv itself where Debian left it out and it may.
set -eu
python=$1
venv=$2

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "phx_scraper needs Python 3.11 or newer; '$python' is not: install it (Debian: apt-get install python3) or say make PYTHON=/path/to/python3.11" >&2
    exit 2
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -q && apt-get install -y -q --no-install-recommends python3-venv
    else
        echo "Python's venv module is missing; as root: apt-get install python3-venv, then run make again" >&2
        exit 2
    fi
fi
echo "Installing the libraries of requirements.lock into $venv (once, some minutes) ..."
"$python" -m venv --clear "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
# The project itself, editable, with the build tool of the lock file and nothing fetched. Twice quiet: the build tool's
# boxed warning that this is an editable installation would be the first thing that a new user reads.
"$venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
