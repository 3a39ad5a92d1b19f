"""Documents by name, and those that come with the service.

A store is asked first, so that a deployment can put its own in place of a built-in one. Nothing is
copied into a store: an S3 bucket need not answer when the service starts.
"""

from __future__ import annotations

import re
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[1] / "documents"
# Neither a path in a file system nor one in a bucket can be made of it.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")


def is_document_name(name: str) -> bool:
    """Tell whether `name` is 1 to 64 of a-z, 0-9, - and _, with neither of these at an end."""
    return _NAME.fullmatch(name) is not None


def built_in_document(name: str) -> str | None:
    """Give the JSON text of the document that comes with the service under `name`."""
    path = _FOLDER / f"{name}.json"
    if not is_document_name(name) or not path.is_file():
        return None
    return path.read_text(encoding="utf-8")
