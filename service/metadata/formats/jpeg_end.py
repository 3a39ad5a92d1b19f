"""Where a JPEG picture ends, what its scans say late, and what follows it."""

from __future__ import annotations

import re
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.formats.jpeg_markers import (
    COM,
    DNL,
    EOI,
    LS_MARKER,
    MARKER,
    find_marker,
)
from service.metadata.formats.jpeg_segments import read_comment
from service.metadata.reader import Reader
from service.metadata.record import Record

_PICTURE_MARKER: Final = re.compile(rb"\xff[\xd8\xd9]")
_KINDS: Final = (
    (0, b"\xff\xd8\xff", "a further JPEG picture"),
    (4, b"ftyp", "a video or picture of the MP4 family (a motion photo has one)"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"SEFH", "a Samsung trailer"),
    (0, b"%PDF", "a PDF document"),
    (0, b"<?xml", "an XML document"),
)


class Ending(Record):
    """`end` is the offset behind EOI, None where it was not found; `height` comes from DNL."""

    end: int | None
    height: int | None


def find_end(reader: Reader, scan: int, *, needs_height: bool, draft: Draft) -> Ending:
    """Find the end of the picture whose first scan's data begin at `scan`.

    A long file that ends with EOI is taken to end there unless its last bytes show otherwise, or
    the height is wanted from a DNL segment; all others are searched (`limits.EXACT_SCAN_BYTES`).
    """
    if reader.size - scan <= limits.EXACT_SCAN_BYTES:
        return _search(reader.loaded(), scan, draft)
    if not needs_height and _is_closed(reader):
        return Ending(reader.size, None)
    return _search(reader, scan, draft)


def _is_closed(reader: Reader) -> bool:
    """Tell whether the file ends with EOI, and no picture begins or ends shortly before.

    Coded data cannot have SOI or EOI in them: FF is followed by a stuffed zero (T.81, B.1.1.5).
    """
    tail = reader.some(reader.size - limits.TAIL_BYTES, limits.TAIL_BYTES)
    found = _PICTURE_MARKER.search(tail)
    return found is not None and tail[found.start() :] == b"\xff\xd9"


def _search(reader: Reader, offset: int, draft: Draft) -> Ending:
    height: int | None = None
    known = LS_MARKER if draft.format == "JPEG-LS" else MARKER
    for _ in range(limits.CHUNKS):
        found = find_marker(reader, offset, known)
        if found is None:
            return Ending(None, height)
        marker = reader.big(found + 1, 1)
        if marker == EOI:
            return Ending(found + 2, height)
        body = reader.window(found + 4, int.from_bytes(reader.some(found + 2, 2), "big") - 2)
        if marker == DNL and height is None and body.size >= 2:
            height = body.big(0, 2)
        elif marker == COM:
            read_comment(body, draft)
        offset = body.base - reader.base + body.size
    return Ending(None, height)


def describe_trailer(reader: Reader, end: int, draft: Draft) -> None:
    """Note how many bytes follow the picture, and of which kind they are if it is known."""
    draft.trailing_bytes = reader.size - end
    if not draft.trailing_bytes:
        return
    head = reader.some(end, 16)
    for at, magic, kind in _KINDS:
        if head[at : at + len(magic)] == magic:
            message = f"{draft.trailing_bytes} bytes follow the picture: {kind}"
            draft.warn("trailing-data", message, reader.base + end)
            return
