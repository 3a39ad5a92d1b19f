#!/usr/bin/env bash
# The peers that benchmarks/ measures us against. Debian's packages need root; a peer that cannot be
# installed is left out of the tables, which say so.
set -euo pipefail
cd "$(dirname "$0")/.."
packages=(libimage-exiftool-perl libvips-tools nginx-light wrk)
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed \
        || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "==> installing ${missing[*]}"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    else
        echo "not installed: ${missing[*]} (as root on Debian they would be)" >&2
    fi
fi
install_python() { # LOCK VENV
    if ! cmp -s "$1" "$2/requirements.lock"; then
        echo "==> virtual environment in $2, versions from $1"
        "${PYTHON:-python3}" -m venv --clear "$2"
        "$2/bin/python" -m pip install --quiet --require-hashes -r "$1"
        cp "$1" "$2/requirements.lock"
    fi
}
install_node() { # FOLDER
    if ! command -v npm >/dev/null; then
        echo "not installed: $1 needs Node.js with npm" >&2
    elif ! cmp -s "$1/package-lock.json" "$1/node_modules/installed.lock"; then
        echo "==> Node.js packages in $1"
        (cd "$1" && npm ci --silent --no-audit --no-fund)
        cp "$1/package-lock.json" "$1/node_modules/installed.lock"
    fi
}
install_python benchmarks/requirements.lock .venv-bench
install_node benchmarks/sharp
if [ "${1:-}" = service ]; then
    install_python benchmarks/service/peers/requirements.lock .venv-bench-service
    install_node benchmarks/service/peers/fastify
fi
