#!/usr/bin/env bash
# What the end-to-end tests need beside the sandbox, which installs its own parts.
set -euo pipefail
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "The end-to-end tests start machines of their own: run make e2e as root on Debian." >&2
    exit 1
fi
install() {
    echo "==> installing $*"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
if ! command -v ssh >/dev/null || ! command -v strace >/dev/null; then
    install openssh-client strace
fi
if ! compgen -G "/usr/lib/postgresql/*/bin/postgres" >/dev/null; then
    # The package would make a server of its own and start it; the tests start theirs.
    install postgresql-common
    sed -i 's/^#\?create_main_cluster .*/create_main_cluster = false/' \
        /etc/postgresql-common/createcluster.conf
    install postgresql
fi
if ! command -v pgbouncer >/dev/null; then
    # As with nginx below.
    RUNLEVEL=1 install pgbouncer
    if [ -d /run/systemd/system ]; then systemctl disable --quiet --now pgbouncer; fi
fi
if ! command -v nginx >/dev/null; then
    # The package would start it; the tests start theirs.
    RUNLEVEL=1 install nginx-light
    if [ -d /run/systemd/system ]; then systemctl disable --quiet --now nginx; fi
fi
# A font too: a browser without one draws no letter.
if ! command -v chromium >/dev/null; then
    install chromium fonts-dejavu-core
fi
