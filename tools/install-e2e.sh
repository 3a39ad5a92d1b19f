#!/usr/bin/env bash
# What the end-to-end tests need beside the sandbox, which installs its own parts.
set -euo pipefail
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "The end-to-end tests start machines of their own: run make e2e as root on Debian." >&2
    exit 1
fi
missing=()
command -v ssh >/dev/null || missing+=(openssh-client)
command -v strace >/dev/null || missing+=(strace)
# Chromium recommends no font that a machine without a screen would have.
command -v chromium >/dev/null || missing+=(chromium fonts-dejavu-core)
if [ "${#missing[@]}" -gt 0 ]; then
    echo "==> installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
