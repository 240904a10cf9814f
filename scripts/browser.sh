#!/bin/sh
# Make sure there is a Chromium, or say how to get one. Proofs go on without it, unproved.
set -eu

for name in "${CHROMIUM_PATH:-chromium}" chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done
if ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium*/ >/dev/null 2>&1; then
    exit 0
fi

echo "galley: no Chromium on this machine; installing it for the proofs" >&2
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    if { apt-get update && apt-get install -y --no-install-recommends chromium; } >&2; then
        exit 0
    fi
elif .venv/bin/python -m playwright install chromium >&2; then
    exit 0
fi
echo "galley: Chromium could not be installed; pages will be published unproved." >&2
echo "galley: install chromium or Google Chrome, or set CHROMIUM_PATH to one." >&2
