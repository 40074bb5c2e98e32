#!/bin/sh
# Installs what the tests of the browser drive, where Debian's packages may be installed: Chromium, and Xvfb for the one
# with windows; says how where not. Playwright's own build comes from elsewhere than a package index, so it is not asked.
set -eu
missing=""
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing="chromium"
command -v Xvfb >/dev/null || missing="$missing xvfb"
if [ -z "$missing" ]; then
    exit 0
fi
# shellcheck disable=SC2086 # two names
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null \
    && timeout 120 apt-get update -qq && timeout 300 apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
    exit 0
fi
echo "Not here, so their tests are skipped: $missing; as root: apt-get update && apt-get install $missing (chromium or google-chrome may be anywhere on PATH)" >&2
