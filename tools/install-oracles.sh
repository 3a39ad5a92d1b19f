#!/usr/bin/env bash
# The other readers that tests/oracles asks, the encoders that make its files, and the environment
# of those that are Python packages. Debian's packages need root; a second run installs nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
packages=(
    ffmpeg gifsicle icoutils imagemagick libavif-bin libheif-examples libimage-exiftool-perl
    libjpeg-turbo-progs libjxl-tools libopenjp2-tools librsvg2-bin libtiff-tools libvips-tools
    netpbm optipng pngcrush webp
)
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed \
        || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "The oracles need ${missing[*]}: run make oracles as root on Debian." >&2
        exit 1
    fi
    echo "==> installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
lock=tests/oracles/requirements.lock
if ! cmp -s "$lock" .venv-oracles/requirements.lock; then
    echo "==> virtual environment in .venv-oracles, versions from $lock"
    "${PYTHON:-python3}" -m venv --clear .venv-oracles
    .venv-oracles/bin/python -m pip install --quiet --require-hashes -r "$lock"
    cp "$lock" .venv-oracles/requirements.lock
fi
