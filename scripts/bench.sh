#!/bin/sh
# Builds the release binary, measures it and prints one table. Arguments name single figures: engine, dense, ...
# Whatever ends this script, no process and no file of the run stays behind.
set -eu
cd "$(dirname "$0")/.."
cargo build --release --locked --package server
cargo build --release --locked --package warehouse --example row_security
cargo build --quiet --locked --package xtask

# A thousand viewers need as many open files.
ulimit -n 8192 2>/dev/null || ulimit -n "$(ulimit -H -n)"

BENCH_DIR=$(mktemp -d "${TMPDIR:-/tmp}/loadline-bench.XXXXXX")
export BENCH_DIR
chmod 711 "$BENCH_DIR"
measuring=

# Ends a process only if it still is the program that we started.
end() {
    case "$(readlink "/proc/$1/exe" 2>/dev/null)" in
    */loadline | */psql | */postgres | */pg_recvlogical | */row_security) kill "-$2" "$1" 2>/dev/null || true ;;
    esac
}

clean_up() {
    trap - EXIT INT TERM HUP
    [ -z "$measuring" ] || { kill "$measuring" 2>/dev/null && wait "$measuring" || true; }
    find "$BENCH_DIR" -name pids -exec cat {} + | while read -r pid; do end "$pid" KILL; done
    find "$BENCH_DIR" -name postmaster.pid -exec head -q -n 1 {} + | while read -r pid; do
        end "$pid" QUIT
        tries=0
        while [ -d "/proc/$pid" ] && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
    done
    rm -rf "$BENCH_DIR"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

"${CARGO_TARGET_DIR:-target}/debug/xtask" bench "$@" &
measuring=$!
outcome=0
wait "$measuring" || outcome=$?
measuring=
exit "$outcome"
