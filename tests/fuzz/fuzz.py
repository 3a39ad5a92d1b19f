"""Fuzz one target: `python -m tests.fuzz.fuzz NAME [libFuzzer's options and folders]`.

A file in place of a folder is run once: that is how a crash is looked at again.
"""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-untyped]  # in a virtual environment of its own

with atheris.instrument_imports(include=["service.metadata"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Run libFuzzer, which ends the process."""
    name, *options = sys.argv[1:]
    atheris.Setup([sys.argv[0], *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
