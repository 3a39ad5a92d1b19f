"""The admin token: made here, readable by its owner alone; all others get its SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

from imgmeta_cli.errors import StateError

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\n?")


def read_token_sha256(path: Path) -> str | None:
    """The SHA-256 of the token in `path`, in hexadecimal; None if there is no such file.

    Raises StateError if others may read it, as ssh refuses such a private key, or if it is damaged.
    """
    if not path.exists():
        return None
    if path.stat().st_mode & 0o077:
        raise StateError(
            f"others may read the admin token {path}",
            "chmod 600 it; if one has read it, remove it: deploy makes another",
        )
    text = path.read_text(errors="replace")
    # A file that a crash left empty must not become the token of everybody.
    if not _TOKEN.fullmatch(text):
        raise StateError(f"the admin token {path} is damaged", "remove it: deploy makes another")
    return hashlib.sha256(text.strip().encode()).hexdigest()


def create_token(path: Path) -> None:
    """Make a token of 256 bits and write it to `path` (0600); an existing one is kept."""
    if read_token_sha256(path) is not None:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # O_EXCL: whoever was here first keeps the file; the mode holds from the first byte.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
