#!/bin/sh
# Installs the Chromium that one test of the browser route drives, where Debian's may be installed; says how where not.
# Playwright's own build comes from elsewhere than a package index, so it is not asked for.
set -eu
if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null \
    && timeout 120 apt-get update -qq && timeout 300 apt-get install -y -qq --no-install-recommends chromium >/dev/null; then
    exit 0
fi
echo "No Chromium here, so its test is skipped; as root: apt-get update && apt-get install chromium (elsewhere: put chromium or google-chrome on PATH)" >&2
