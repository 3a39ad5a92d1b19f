#!/usr/bin/env bash
# Renew the lock files: of the project, the container, the emulator, and of what tests and benchmarks use.
set -euo pipefail
uv=$1
compile() {
    "$uv" pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links "$@"
}
compile --all-extras pyproject.toml -o requirements.lock
compile service/config/requirements.in -o service/config/requirements.lock
compile imgmeta_cli/sandbox/emulator.in -o imgmeta_cli/sandbox/emulator.lock
compile tests/e2e/schemathesis-requirements.in -o tests/e2e/schemathesis-requirements.lock
for folder in tests/fuzz tests/oracles benchmarks benchmarks/service/peers; do
    compile "$folder/requirements.in" -o "$folder/requirements.lock"
done
