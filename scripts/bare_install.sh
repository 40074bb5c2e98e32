#!/bin/sh
# Installs the package into a new environment, with what it needs and nothing else, and collects one home of a replica
# from a folder outside any checkout. Takes the folder of the environment, which must not exist; needs a package index.
set -eu
place=$1
source=$(cd "$(dirname "$0")/.." && pwd)
python3 -m venv "$place"
# A copy: an installation leaves folders beside what it builds.
mkdir "$place/source" "$place/work"
cp -R "$source/phx_scraper" "$source/pyproject.toml" "$source/setup.py" "$source/README.md" "$source/LICENSE" "$place/source"
"$place/bin/pip" install -q "$place/source"
cd "$place/work"
"$place/bin/python" -m phx_scraper.replica --port "${PORT:-8766}" > replica.log &
replica=$!
trap 'kill $replica' EXIT
until grep -q ready replica.log; do kill -0 $replica; sleep 0.2; done
export PHX_REPLICA_URL="http://127.0.0.1:${PORT:-8766}" PHX_DELAY_SCALE=0
"$place/bin/phx-scraper" --version
"$place/bin/phx-scraper" crawl all -a address="4732 W Davis Rd, Glendale, AZ 85306"
"$place/bin/phx-scraper" status
"$place/bin/python" -m phx_scraper reconcile --read-data
