#!/usr/bin/env bash
# What the end-to-end tests need beside the sandbox, which installs its own parts.
set -euo pipefail
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "The end-to-end tests start machines of their own: run make e2e as root on Debian." >&2
    exit 1
fi
if ! command -v ssh >/dev/null || ! command -v strace >/dev/null; then
    echo "==> installing openssh-client and strace"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends openssh-client strace >/dev/null
fi
