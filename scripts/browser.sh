#!/bin/sh
# Installs what the tests drive, where Debian's packages may be installed: Chromium, Xvfb for the one with windows, and
# Firefox ESR, in which pages of the report are looked at too; says how where not. Playwright's own builds come from
# elsewhere than a package index, so they are not asked.
set -eu
missing=""
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing="chromium"
command -v Xvfb >/dev/null || missing="$missing xvfb"
command -v firefox-esr >/dev/null || command -v firefox >/dev/null || missing="$missing firefox-esr"
if [ -z "$missing" ]; then
    exit 0
fi
# shellcheck disable=SC2086 # names of packages
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null \
    && timeout 120 apt-get update -qq && timeout 600 apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
    exit 0
fi
echo "Not here, so their tests are skipped: $missing; as root: apt-get update && apt-get install $missing (chromium or google-chrome, firefox-esr or firefox may be anywhere on PATH)" >&2
