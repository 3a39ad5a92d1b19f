"""The marker segments of a JPEG stream (T.81, Annex B)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from service.metadata import limits
from service.metadata.reader import OutOfBounds, Reader

SOI: Final = 0xD8
EOI: Final = 0xD9
SOS: Final = 0xDA
DQT: Final = 0xDB
DNL: Final = 0xDC
APP0: Final = 0xE0
COM: Final = 0xFE
FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE,
                           0xCF, 0xF7})  # fmt: skip
"""SOF0 to SOF15 without DHT, JPG and DAC, and SOF55 of JPEG-LS (T.87)."""

_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""A marker in coded data: FF 00 is a stuffed byte, FF D0 to FF D7 restart, FF FF is fill."""
LS_MARKER = re.compile(rb"\xff[\x80-\xcf\xd8-\xfe]")
"""In JPEG-LS a zero bit and not a zero byte is stuffed behind FF (T.87, A.1)."""
_ANY_MARKER = re.compile(rb"\xff[\x01-\xfe]")


class Segment(NamedTuple):
    """A marker, and where its parameters lie: `size` bytes at `offset`, the length left out.

    `skipped` bytes before the marker belong to no segment.
    """

    marker: int
    offset: int
    size: int
    skipped: int


def walk_segments(reader: Reader, offset: int) -> Iterator[Segment]:
    """Give the segments from `offset` up to the first SOS or EOI, that one included.

    Raises `OutOfBounds` where the stream ends before. Bytes between segments are skipped, as
    decoders do.
    """
    for _ in range(limits.CHUNKS):
        head = reader.some(offset, 4)
        skipped = 0
        if len(head) < 2 or head[0] != 0xFF or head[1] in (0x00, 0xFF):
            reader.take(offset, 2)
            found = _next_marker(reader, offset)
            skipped = 0 if head[:2] == b"\xff\xff" else found - offset
            offset = found
            head = reader.some(offset, 4)
        marker = head[1]
        if marker in _ALONE or marker == EOI:
            yield Segment(marker, offset + 2, 0, skipped)
            if marker == EOI:
                return
            offset += 2
            continue
        if len(head) < 4:
            reader.take(offset + 2, 2)
        length = head[2] << 8 | head[3]
        yield Segment(marker, offset + 4, max(length - 2, 0), skipped)
        if marker == SOS:
            return
        offset += 2 + max(length, 2)


def _next_marker(reader: Reader, offset: int) -> int:
    """Give where the next marker begins, after any fill bytes."""
    for start, piece in reader.pieces(offset, size=65536, overlap=1):
        match = _ANY_MARKER.search(piece)
        if match:
            return start + match.end() - 2
    reader.take(reader.size, 2)
    return reader.size


def find_marker(reader: Reader, offset: int, marker: re.Pattern[bytes] = MARKER) -> int | None:
    """Give where the next marker of a coded scan begins, or None where it just ends."""
    held = reader.at_hand()
    if held:
        data, start = held
        match = marker.search(data, start + offset, start + reader.size)
        return match.start() - start if match else None
    last = min(reader.size, offset + limits.SCAN_BYTES)
    for start, piece in reader.pieces(offset, size=1 << 18, overlap=1):
        match = marker.search(piece)
        if match:
            return start + match.start()
        if start > last:
            return None
    return None


def read_jpeg_size(reader: Reader) -> tuple[int, int] | None:
    """Give (width, height) of a JPEG picture inside another file, or None.

    A file may name very many pictures, so little of each is looked at.
    """
    if reader.some(0, 2) != b"\xff\xd8":
        return None
    head = reader.window(0, limits.PREVIEW_BYTES)
    try:
        for segment in islice(walk_segments(head, 2), limits.PREVIEW_SEGMENTS):
            if segment.marker in FRAMES:
                return reader.big(segment.offset + 3, 2), reader.big(segment.offset + 1, 2)
    except OutOfBounds:
        return None
    return None
