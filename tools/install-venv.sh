#!/usr/bin/env bash
# Debian's python3 comes without `venv`.
set -euo pipefail
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "==> python3-venv is missing: installing it"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
else
    echo "Python's venv is missing. On Debian: sudo apt-get install python3-venv" >&2
    exit 1
fi
