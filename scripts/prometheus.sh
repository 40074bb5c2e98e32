#!/bin/sh
# Unpacks Debian's Prometheus and promtool into .prometheus of the checkout, for the tests of alerts and dashboards: no
# root, no service that starts. Says how to get them where that is not possible.
set -eu
folder=${1:-.prometheus}
if command -v prometheus >/dev/null && command -v promtool >/dev/null || [ -x "$folder/usr/bin/promtool" ]; then
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Whoever downloads for apt needs to write there.
chmod 755 "$work"
if command -v dpkg >/dev/null && (cd "$work" && timeout 120 apt-get download -qq prometheus 2>/dev/null); then
    mkdir -p "$folder"
    dpkg -x "$work"/prometheus_*.deb "$folder"
    exit 0
fi
echo "Not here, so the tests of alerts and dashboards are skipped: prometheus and promtool; as root: apt-get install prometheus" >&2
