"""What the image is made of, and its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

_SENT = ("Dockerfile", ".dockerignore", "service")
_UNSENT = {"__pycache__"}


def hash_source(bundle: Path) -> str:
    """The SHA-256 of everything that goes into the image: names, modes that matter, contents.

    Two folders with the same hash build the same image, but for what the base image has become.
    """
    return hash_files(bundle, [bundle / name for name in _SENT])


def hash_files(base: Path, roots: Iterable[Path]) -> str:
    """The SHA-256 of the files at and below `roots`, named relative to `base`."""
    total = hashlib.sha256()
    for path in _list_files(base, roots):
        content = path.read_bytes()
        executable = bool(path.stat().st_mode & 0o100)
        name = path.relative_to(base).as_posix()
        total.update(f"{name}\0{executable:d}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def _list_files(base: Path, roots: Iterable[Path]) -> list[Path]:
    found = [path for root in roots for path in (root, *root.rglob("*")) if path.is_file()]
    return sorted(path for path in found if not _UNSENT & set(path.relative_to(base).parts))
