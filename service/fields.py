"""Which groups of an image's metadata are answered: ``?fields=image,exif``."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, Final

from service.metadata import ImageMetadata

_SCHEMA_VERSION: Final = "schemaVersion"
GROUPS: Final = tuple(
    field.name for field in dataclasses.fields(ImageMetadata) if field.name != "schema_version"
)
"""The names that may be asked for: the keys of an answer, but for those that are always there."""


def parse_fields(text: str | None) -> frozenset[str] | None:
    """Read names separated by commas; None, for all groups, where there is no text.

    Raises ValueError, whose text completes "fields must be …".
    """
    if text is None:
        return None
    names = frozenset(text.split(","))
    if not names <= set(GROUPS):
        raise ValueError(f"one or more of {', '.join(GROUPS)}, separated by commas")
    return names


def present(sha256: str, document: str, fields: frozenset[str] | None) -> str:
    """Give the JSON text that is answered for an image: its id, then the groups asked for.

    `document` is the JSON text of an object, as it is kept.
    """
    if fields is None:
        return f'{{"id":"{sha256}",{document[1:]}'
    return json.dumps({"id": sha256, **select(json.loads(document), fields)})


def select(document: dict[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """Give the groups of `document` that are asked for, in its order."""
    return {
        name: value for name, value in document.items() if name in fields or name == _SCHEMA_VERSION
    }
