#!/usr/bin/env bash
# Fuzz every parser: run.sh SECONDS [TARGET ...]. Ends at the first crash, whose input is in
# tests/fuzz/crashers: mend the parser and commit the file, the tests run it from then on.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=$1
shift
venv=.venv-fuzz
corpus=$venv/corpus
lock=tests/fuzz/requirements.lock

if ! cmp --quiet "$lock" "$venv/installed.lock"; then
    echo "==> virtual environment in $venv, versions from $lock"
    "${PYTHON:-.venv/bin/python}" -m venv --clear "$venv"
    if ! "$venv/bin/python" -m pip install --quiet --only-binary :all: --require-hashes \
        -r "$lock" 2>"$venv/pip.log"; then
        echo "fuzzing needs atheris, which has wheels for Python 3.11 to 3.13 on Linux (x86-64):" \
            "set PYTHON to one; pip's words are in $venv/pip.log" >&2
        exit 1
    fi
    cp "$lock" "$venv/installed.lock"
fi

fuzz() {
    target=$1
    log=$venv/$target.log
    if ! "$venv/bin/python" -m tests.fuzz.fuzz "$target" "$corpus/$target" \
        -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=65536 \
        -artifact_prefix="tests/fuzz/crashers/$target-" -print_final_stats=1 >"$log" 2>&1; then
        if grep -q "run interrupted" "$log"; then
            echo "fuzzing of $target was interrupted" >&2
            exit 255
        fi
        tail -n 40 "$log" | cut -c 1-200 >&2
        echo "fuzzing of $target found a fault: its input is in tests/fuzz/crashers; look again" \
            "with $venv/bin/python -m tests.fuzz.fuzz $target FILE" >&2
        exit 255 # which tells xargs to begin nothing more
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    echo "$target: $runs inputs in $seconds s, no fault"
}
export -f fuzz
export seconds venv corpus

.venv/bin/python -m tests.fuzz.write_seeds "$corpus" >"$venv/targets"
[ $# -eq 0 ] || printf '%s\n' "$@" >"$venv/targets"
# As many at once as there are processors.
xargs -a "$venv/targets" -P "$(nproc)" -I '{}' bash -euo pipefail -c 'fuzz {}'
