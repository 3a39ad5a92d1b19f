"""The emulator's own virtual environment, so that functions never import what is ours."""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

from imgmeta_cli import process
from imgmeta_cli.errors import SandboxError
from imgmeta_cli.sandbox.debian import Report

LOCK = Path(__file__).with_name("emulator.lock")
_STAMP = "emulator.lock.sha256"


def ensure_environment(folder: Path, *, report: Report) -> Path:
    """Make the virtual environment in `folder`, or keep one that fits the lock; returns its Python.

    Every package is checked against the hash in emulator.lock.
    """
    python = folder / "bin" / "python"
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    stamp = folder / _STAMP
    if python.exists() and stamp.is_file() and stamp.read_text() == wanted:
        return python
    report("installing the emulator into a virtual environment of its own")
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(folder)])
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    _run([*pip, "--require-hashes", "--only-binary", ":all:", "--requirement", str(LOCK)])
    stamp.write_text(wanted)
    return python


def _run(command: list[str]) -> None:
    done = process.run(command)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise SandboxError(
            f"the emulator cannot be installed: {''.join(last)}",
            "see that `python -m venv` and pip work (apt-get install python3-venv)",
        )
