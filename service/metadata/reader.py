"""A bounds-checked view of bytes, wherever they are.

Every parser reads through a `Reader`. It never gives fewer bytes than asked for: it raises
`OutOfBounds`, which the parsers' callers turn into a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from struct import Struct
from typing import Any, TypeAlias

Fetch: TypeAlias = Callable[[int, int], bytes]
"""Gives the bytes from an offset up to, and without, an end. Both lie inside the source."""


class OutOfBounds(Exception):  # noqa: N818 - it is a fact of the file, handled by every caller
    """More was asked for than there is. `offset` counts from the start of the file."""

    def __init__(self, *, offset: int, wanted: int) -> None:
        super().__init__(f"{wanted} bytes wanted at offset {offset}, beyond the end of the data")
        self.offset = offset


class Reader:
    """`size` bytes that begin at `base` of the source; offsets are relative to `base`.

    `head` are bytes at hand, which a header is mostly read from: the byte at offset 0 of this
    reader is, or would be, at `start` of them. What they do not hold is fetched.
    """

    __slots__ = ("_fetch", "_head", "_start", "base", "size")

    def __init__(self, head: bytes, fetch: Fetch, start: int, base: int, size: int) -> None:
        self._head = head
        self._fetch = fetch
        self._start = start
        self.base = base
        self.size = size

    def take(self, offset: int, count: int) -> bytes:
        """Give exactly `count` bytes from `offset`, or raise `OutOfBounds`."""
        if offset < 0 or count < 0 or offset + count > self.size:
            raise OutOfBounds(offset=self.base + offset, wanted=count)
        start = self._start + offset
        end = start + count
        if end <= len(self._head):
            return self._head[start:end]
        return self._fetch(self.base + offset, self.base + offset + count)

    def some(self, offset: int, count: int) -> bytes:
        """Give up to `count` bytes from `offset`: fewer at the end, none beyond it."""
        if offset < 0 or offset >= self.size:
            return b""
        end = min(offset + count, self.size)
        start = self._start
        if count < 0 or start + end > len(self._head):
            return self.take(offset, end - offset)
        return self._head[start + offset : start + end]

    def unpack(self, layout: Struct, offset: int) -> tuple[Any, ...]:
        """Give the fields of `layout` at `offset`."""
        start = self._start + offset
        if 0 <= offset <= self.size - layout.size and start + layout.size <= len(self._head):
            return layout.unpack_from(self._head, start)
        return layout.unpack(self.take(offset, layout.size))

    def big(self, offset: int, width: int) -> int:
        """Give the unsigned big-endian integer of `width` bytes at `offset`."""
        return int.from_bytes(self.take(offset, width), "big")

    def little(self, offset: int, width: int) -> int:
        """Give the unsigned little-endian integer of `width` bytes at `offset`."""
        return int.from_bytes(self.take(offset, width), "little")

    def window(self, offset: int, size: int) -> Reader:
        """Give a view of `size` bytes at `offset`, cut where this one ends."""
        offset = min(max(offset, 0), self.size)
        size = min(max(size, 0), self.size - offset)
        return Reader(self._head, self._fetch, self._start + offset, self.base + offset, size)

    def at_hand(self) -> tuple[bytes, int] | None:
        """Give bytes and where this reader starts in them, if they hold all that it has."""
        held = self._start + self.size <= len(self._head)
        return (self._head, self._start) if held else None

    def loaded(self) -> Reader:
        """Give the same view with all of its bytes at hand."""
        if self._start + self.size <= len(self._head):
            return self
        return Reader(self.take(0, self.size), self._fetch, 0, self.base, self.size)

    def pieces(self, offset: int, *, size: int, overlap: int = 0) -> Iterator[tuple[int, bytes]]:
        """Give (offset, bytes) from `offset` to the end, each up to `size`, sharing `overlap`."""
        while offset < self.size:
            yield offset, self.some(offset, size)
            offset += size - overlap


def reader_of(data: bytes) -> Reader:
    """Give a reader of bytes that are at hand; its offsets are theirs."""
    return Reader(data, _fetch_nothing, 0, 0, len(data))


def _fetch_nothing(start: int, end: int) -> bytes:
    """Answer a reader all of whose bytes are at hand: nothing is left to ask for."""
    raise OutOfBounds(offset=start, wanted=end - start)
