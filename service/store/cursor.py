"""Where the next page of a list begins, as a text that means nothing to a client."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from service.store.protocol import InvalidCursorError
from service.store.times import parse_time

_TEXT = re.compile(r"(?P<timestamp>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)/(?P<key>.*)")


@dataclass(frozen=True)
class Position:
    """The place of an item in a list: its time, and what tells it from others of that time."""

    timestamp: str
    key: str


def write_cursor(position: Position) -> str:
    """Give the cursor of the page that follows the item at `position`."""
    text = f"{position.timestamp}/{position.key}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, *, key: str) -> Position:
    """Read a cursor, the key in which has to match the regular expression `key` in full.

    Raises InvalidCursorError.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError):
        text = ""
    found = _TEXT.fullmatch(text)
    if found is None or not _is_time(found["timestamp"]) or not re.fullmatch(key, found["key"]):
        raise InvalidCursorError("The cursor is not one that this list has given.")
    return Position(timestamp=found["timestamp"], key=found["key"])


def _is_time(text: str) -> bool:
    try:
        parse_time(text)
    except ValueError:
        return False
    return True
