"""Where the bytes of HEIF items lie: the iloc box (ISO/IEC 14496-12, 8.11.3)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from service.metadata import limits
from service.metadata.formats.boxes import read_version
from service.metadata.reader import Reader


class Method(IntEnum):
    """What an offset counts from: construction_method."""

    IN_FILE = 0
    IN_IDAT = 1
    IN_ITEM = 2


class Extent(NamedTuple):
    """A run of an item's bytes; of size 0 it goes to the end."""

    offset: int
    size: int
    method: Method


class _Widths(NamedTuple):
    """The bytes of iloc's numbers; an index is only passed over."""

    offset: int
    length: int
    base: int
    index_size: int

    @property
    def step(self) -> int:
        return self.index_size + self.offset + self.length


def read_places(body: Reader) -> dict[int, tuple[Extent, ...]]:
    """Give the extents of each item, as many in all as there may be boxes."""
    version = read_version(body)
    sizes = body.big(4, 2)
    widths = _Widths(sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15 if version else 0)
    id_size = 4 if version == 2 else 2
    at = 6 + id_size
    places: dict[int, tuple[Extent, ...]] = {}
    room = limits.CHUNKS
    for _ in range(min(body.big(6, id_size), limits.CHUNKS)):
        item, at = body.big(at, id_size), at + id_size
        method, at = (body.big(at, 2) & 15, at + 2) if version else (0, at)
        at += 2
        base, at = body.big(at, widths.base), at + widths.base
        count, at = body.big(at, 2), at + 2
        if method in tuple(Method):
            runs = _read_runs(body.window(at, min(count, room) * widths.step), widths, base=base)
            places[item] = tuple(Extent(*run, Method(method)) for run in runs)
            room -= len(places[item])
        at += count * widths.step
    return places


def _read_runs(body: Reader, widths: _Widths, *, base: int) -> Iterator[tuple[int, int]]:
    """Give (offset, size) of each extent; without any numbers the item begins at its base."""
    if not widths.step:
        yield base, 0
        return
    for at in range(0, body.size, widths.step):
        start = at + widths.index_size
        size = body.big(start + widths.offset, widths.length)
        yield base + body.big(start, widths.offset), size
