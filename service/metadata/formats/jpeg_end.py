"""Where a JPEG picture ends, what its scans say late, and what follows it."""

from __future__ import annotations

from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.multi_picture import MultiPicture
from service.metadata.formats.jpeg_markers import (
    COM,
    DNL,
    EOI,
    find_marker,
)
from service.metadata.formats.jpeg_segments import read_comment
from service.metadata.reader import Reader
from service.metadata.record import Record

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

    A long file that ends with EOI is taken to end there unless the height is wanted from a DNL
    segment; all others are searched (see `limits.EXACT_SCAN_BYTES`).
    """
    remaining = reader.size - scan
    closed = reader.some(reader.size - 2, 2) == b"\xff\xd9"
    if remaining > limits.EXACT_SCAN_BYTES and closed and not needs_height:
        return Ending(reader.size, None)
    return _search(reader, scan, draft)


def _search(reader: Reader, offset: int, draft: Draft) -> Ending:
    height: int | None = None
    for _ in range(limits.CHUNKS):
        found = find_marker(reader, offset)
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


def end_of_first(pictures: MultiPicture | None, reader: Reader) -> int | None:
    """Give where the first picture of an index ends, if the index is right about it."""
    if pictures is None or not pictures.pictures:
        return None
    end = pictures.pictures[0].size
    return end if reader.some(end - 2, 2) == b"\xff\xd9" else None


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
