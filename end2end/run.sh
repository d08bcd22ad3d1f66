#!/bin/sh
# Drives the pages in a real Chromium against the built binary; `run.sh screens` only takes pictures of them.
# Further arguments go to the test runner: `run.sh tests -g wall`.
set -eu
cd "$(dirname "$0")"
what=${1:-tests}
[ $# -eq 0 ] || shift

if [ -z "${LOADLINE_BIN:-}" ]; then
    LOADLINE_BIN=$(cd .. && pwd)/target/debug/loadline
    [ -z "${CARGO_TARGET_DIR:-}" ] || LOADLINE_BIN=$CARGO_TARGET_DIR/debug/loadline
    (cd .. && cargo build --locked --package server)
fi
export LOADLINE_BIN

# npm leaves a copy of the lock file behind: the packages are current as long as nothing is newer.
installed=node_modules/.package-lock.json
if [ ! -e "$installed" ] || [ package.json -nt "$installed" ] || [ package-lock.json -nt "$installed" ]; then
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-fund --no-audit
fi
exec node_modules/.bin/playwright test --project="$what" "$@"
