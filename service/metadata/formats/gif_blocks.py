"""A position in a GIF file, and its data sub-blocks (GIF89a, clause 15)."""

from __future__ import annotations

from struct import Struct
from typing import Any

from service.metadata import limits
from service.metadata.reader import OutOfBounds, Reader

_PIECE = 64 * 1024
_FULL = 255
_FULL_SIZE = bytes([_FULL])


class Cursor:
    """Moves forward through a GIF file; all sub-blocks together are bounded."""

    def __init__(self, reader: Reader, offset: int) -> None:
        self.reader = reader
        self.offset = offset
        self._left = limits.SUB_BLOCKS

    def byte(self) -> int:
        """Give the next byte."""
        self.offset += 1
        return self.reader.take(self.offset - 1, 1)[0]

    def take(self, layout: Struct) -> tuple[Any, ...]:
        """Give the next fields."""
        self.offset += layout.size
        return self.reader.unpack(layout, self.offset - layout.size)

    def read_sub_blocks(self) -> bytes:
        """Give the joined data of the sub-blocks here; what is beyond the text limit is cut."""
        parts: list[bytes] = []
        room = limits.XMP_BYTES
        while (size := self.byte()) and self._spend():
            if room > 0:
                parts.append(self.reader.take(self.offset, size))
                room -= size
            self.offset += size
        return b"".join(parts)

    def skip_sub_blocks(self) -> None:
        """Move behind the terminator of the sub-blocks here, looking at their sizes alone."""
        offset = self.offset
        while True:
            piece = self.reader.some(offset, _PIECE)
            if not piece:
                raise OutOfBounds(offset=self.reader.base + offset, wanted=1)
            at, end = 0, len(piece)
            while at < end and piece[at]:
                count = 1
                if piece[at] == _FULL:  # a picture mostly consists of these: pass over the run
                    sizes = piece[at : end : _FULL + 1]
                    count = len(sizes) - len(sizes.lstrip(_FULL_SIZE))
                at += count * (piece[at] + 1)
                self._left -= count
            offset += at
            if self._left <= 0:
                raise ValueError("too many data sub-blocks")
            if at < end:
                self.offset = offset + 1
                return

    def _spend(self) -> bool:
        self._left -= 1
        if self._left <= 0:
            raise ValueError("too many data sub-blocks")
        return True
