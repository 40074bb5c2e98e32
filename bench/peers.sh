#!/bin/sh
# Puts the programs that people use for such work into an environment of their own, .bench-venv beside this folder;
# `python -m bench --only peers` then measures them too. Needs some 800 MB.
set -eu
cd "$(dirname "$0")/.."
"${PYTHON:-python3}" -m venv .bench-venv
echo '*' > .bench-venv/.gitignore
.bench-venv/bin/python -m pip install --quiet --upgrade pip
.bench-venv/bin/python -m pip install --quiet "img2dataset>=1.47,<2" "gallery-dl>=1.30,<2"
.bench-venv/bin/python -m pip list 2>/dev/null | grep -i -E "^(img2dataset|gallery)"
