#!/bin/sh
# Makes the environment of scrapyd and scrapyd-deploy: scrapyd_env.sh PYTHON FOLDER. Does nothing where it is made already.
# Beside the project's own because scrapyd wants setuptools<81. `.complete` holds the lock file that the folder was made from.
set -eu
python=$1
venv=$2
lock=requirements-deploy.lock

cd "$(dirname "$0")/.."
if cmp -s "$lock" "$venv/.complete"; then
    exit 0
fi
"$python" -m venv --clear "$venv"
echo '*' >"$venv/.gitignore"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
cp "$lock" "$venv/.complete"
