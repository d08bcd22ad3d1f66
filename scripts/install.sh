#!/bin/sh
# Installs what is missing of: build postgres browser. Changes nothing that is there.
set -eu
export DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1
OLDEST_POSTGRES=15

has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; elif has sudo; then sudo -E "$@"; else return 1; fi
}

updated=no
apt_install() {
    if ! has apt-get || { [ "$(id -u)" -ne 0 ] && ! has sudo; }; then
        echo "Missing on this machine: $*. Install it (Debian: apt-get install $*) and try again." >&2
        exit 1
    fi
    echo "Installing $* ..."
    if [ "$updated" = no ]; then
        as_root apt-get update -qq
        updated=yes
    fi
    as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

has_postgres() {
    for program in /usr/lib/postgresql/*/bin/postgres "$(command -v postgres || true)"; do
        [ -x "$program" ] || continue
        major=$("$program" --version | sed -E 's/.*\) ([0-9]+).*/\1/')
        [ "$major" -ge "$OLDEST_POSTGRES" ] && return 0
    done
    return 1
}

need_build() {
    has cc || apt_install gcc libc6-dev
    has git || apt_install git
    if ! has cargo; then
        echo "Rust is missing on this machine. Install it from https://rustup.rs and try again." >&2
        exit 1
    fi
}

need_postgres() {
    has_postgres && return 0
    # The package would start a server of its own; Loadline brings its private one.
    drop_in=/etc/postgresql-common/createcluster.d/loadline.conf
    as_root mkdir -p "${drop_in%/*}" && echo "create_main_cluster = false" | as_root tee "$drop_in" >/dev/null || true
    apt_install postgresql
    as_root rm -f "$drop_in"
    if ! has_postgres; then
        echo "This system's postgresql is older than $OLDEST_POSTGRES. Install PostgreSQL $OLDEST_POSTGRES or newer and try again." >&2
        exit 1
    fi
}

need_browser() {
    has chromium || apt_install chromium
    [ -n "$(find /usr/share/fonts -iname 'NotoSansCJK*' -print -quit 2>/dev/null)" ] || apt_install fonts-noto-cjk
    has node || apt_install nodejs
    # Some packages of nodejs bring npm along, Debian's does not.
    has npm || apt_install npm
}

for what in "$@"; do
    "need_$what"
done
