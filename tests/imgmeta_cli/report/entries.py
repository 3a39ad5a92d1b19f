"""Entries for tests: a plain photo, and text that would like to be markup."""

from __future__ import annotations

from typing import Any

from imgmeta_cli.report.entry import Entry

HOSTILE = "</script></style><img src=x onerror=alert(1)>\"'&amp;${x}$x<!--"


def make_photo(**facts: Any) -> Entry:
    """A small JPEG photo, with these facts in place of its own."""
    plain: dict[str, Any] = {
        "path": "a.jpg", "size": 1000, "format": "JPEG", "width": 40, "height": 30,
        "camera": "Example Model 1", "taken": "2024-05-06 07:08", "position": (38.7, -9.1),
        "orientation": 1, "thumbnail": None,
    }  # fmt: skip
    return Entry(**{**plain, **facts})
