"""Boxes: what HEIF, AVIF, JPEG 2000 and JPEG XL files are made of (ISO/IEC 14496-12, 4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from service.metadata import limits
from service.metadata.reader import Reader

_TO_THE_END: Final = 0
_LARGE: Final = 1


class Box(NamedTuple):
    """A box: its type, its body cut where the file ends, and where it ends by its own word."""

    type: bytes
    body: Reader
    end: int

    @property
    def is_cut(self) -> bool:
        """Whether the box is longer than what there is of it."""
        return self.body.base + self.body.size < self.end


def walk_boxes(reader: Reader, offset: int = 0) -> Iterator[Box]:
    """Give the boxes from `offset` to the end; what is too short for a box ends it.

    Raises ValueError for a size that is smaller than the box's own header.
    """
    for _ in range(limits.CHUNKS):
        head = reader.some(offset, 16)
        if len(head) < 8:
            return
        size, start = int.from_bytes(head[:4], "big"), 8
        if size == _LARGE and len(head) == 16:
            size, start = int.from_bytes(head[8:], "big"), 16
        elif size == _TO_THE_END:
            size = reader.size - offset
        if size < start:
            raise ValueError(f"the box {head[4:8]!r} has {size} bytes")
        end = reader.base + offset + size
        yield Box(head[4:8], reader.window(offset + start, size - start), end)
        offset += size


def find_box(reader: Reader, kind: bytes, offset: int = 0) -> Reader | None:
    """Give the body of the first box of a type, or None."""
    return next((box.body for box in walk_boxes(reader, offset) if box.type == kind), None)


def read_version(body: Reader) -> int:
    """Give the version of a full box; its flags are the three bytes behind it."""
    return body.big(0, 1)
