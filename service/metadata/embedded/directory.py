"""TIFF image file directories: the reader that TIFF files, EXIF blocks and MPF share.

TIFF 6.0, section 2, and the BigTIFF layout (43 in the header, 8-byte offsets, 20-byte entries).
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Final, NamedTuple, TypeAlias

from service.metadata import limits
from service.metadata.draft import DAMAGE, Draft
from service.metadata.reader import Reader
from service.metadata.record import Record

TYPE_NAMES: Final[Mapping[int, str]] = {
    1: "BYTE", 2: "ASCII", 3: "SHORT", 4: "LONG", 5: "RATIONAL", 6: "SBYTE", 7: "UNDEFINED",
    8: "SSHORT", 9: "SLONG", 10: "SRATIONAL", 11: "FLOAT", 12: "DOUBLE", 13: "IFD",
    16: "LONG8", 17: "SLONG8", 18: "IFD8", 129: "UTF8",
}  # fmt: skip
TYPE_SIZES: Final[Mapping[int, int]] = {
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4,
    16: 8, 17: 8, 18: 8, 129: 1,
}  # fmt: skip


class Entry(NamedTuple):
    """One entry: its value lies at `at` in the block, whether inside the entry or elsewhere."""

    tag: int
    type: int
    count: int  # type: ignore[assignment]  # the field hides tuple.count, which nobody asks for
    at: int

    @property
    def size(self) -> int:
        """The bytes of the value."""
        return self.count * TYPE_SIZES[self.type]


Place: TypeAlias = tuple[int, int, int]
"""The type, count and place of a value: what an `Entry` has, at a third of its cost."""


class Directory(Record):
    """The places of one directory's values by tag, and the next directory's offset."""

    places: Mapping[int, Place]
    next: int

    def find(self, tag: int) -> Entry | None:
        """Give the entry of a tag, the first if there are several, or None."""
        place = self.places.get(tag)
        return Entry(tag, *place) if place is not None else None


class TiffBlock(Record):
    """A TIFF structure: `order` is struct's "<" or ">"; `seen` holds directories already read."""

    reader: Reader
    order: str
    big: bool
    first: int
    seen: set[int]


class _Layout(NamedTuple):
    """How a directory is laid out: the number of its entries, an entry, the link to the next."""

    number: Struct
    entry: Struct
    link: Struct


_LAYOUTS: Final[Mapping[tuple[str, bool], _Layout]] = {
    (order, big): _Layout(*(Struct(order + code) for code in codes))
    for order in "<>"
    for big, codes in ((False, ("H", "HHII", "I")), (True, ("Q", "HHQQ", "Q")))
}
_ORDERS: Final[Mapping[bytes, str]] = {b"II": "<", b"MM": ">"}
_BIG_HEADERS: Final[Mapping[str, Struct]] = {order: Struct(order + "HHQ") for order in "<>"}


def open_block(reader: Reader) -> TiffBlock:
    """Read a TIFF header. Raises ValueError where there is none, `OutOfBounds` where it is cut."""
    order = _ORDERS.get(reader.take(0, 2))
    if order is None:
        raise ValueError("no TIFF byte order")
    layout = _LAYOUTS[order, False]
    (version,) = reader.unpack(layout.number, 2)
    if version == 43:
        offset_size, zero, first = reader.unpack(_BIG_HEADERS[order], 4)
        if (offset_size, zero) != (8, 0):
            raise ValueError("a BigTIFF with offsets that are not of 8 bytes")
        return TiffBlock(reader, order, True, first, set())
    (first,) = reader.unpack(layout.link, 4)
    return TiffBlock(reader, order, False, first, set())


def read_directory(block: TiffBlock, offset: int, draft: Draft) -> Directory | None:
    """Read the directory at `offset`, or None where it is no new one (with a warning).

    Entries whose values lie outside the block are left out with a warning.
    """
    where = block.reader.base + offset
    if offset in block.seen:
        draft.warn("ifd-loop", "a directory of tags refers back to itself", where)
        return None
    if len(block.seen) >= limits.DIRECTORIES:
        draft.warn("limit-ifds", "there are too many directories of tags", where)
        return None
    block.seen.add(offset)
    try:
        return _read_entries(block, offset, draft)
    except DAMAGE as error:
        draft.warn_of(error, "ifd-damaged", "a directory of tags", where)
        return None


def _read_entries(block: TiffBlock, offset: int, draft: Draft) -> Directory:
    reader = block.reader
    layout = _LAYOUTS[block.order, block.big]
    entry_size, value_size = layout.entry.size, layout.link.size
    (count,) = reader.unpack(layout.number, offset)
    if count > limits.DIRECTORY_ENTRIES:
        draft.warn("limit-ifd-entries", f"a directory of {count} tags", reader.base + offset)
    start = offset + layout.number.size
    kept = min(count, limits.DIRECTORY_ENTRIES) * entry_size
    raw = reader.some(start, kept)
    if len(raw) < kept:
        draft.warn("ifd-cut", "a directory of tags is cut short", reader.base + offset)
        raw = raw[: len(raw) - len(raw) % entry_size]
    places: dict[int, Place] = {}
    inline = start + entry_size - value_size
    end, width_of = reader.size, TYPE_SIZES.get
    for tag, kind, number, value in layout.entry.iter_unpack(raw):
        width = width_of(kind)
        size = number * (width or 0)
        at = inline if size <= value_size else value
        inline += entry_size
        if width is None or at + size > end:
            _warn_unusable(Entry(tag, kind, number, at), reader, draft)
        elif tag not in places:
            places[tag] = kind, number, at
    tail = reader.some(start + count * entry_size, value_size)
    following = layout.link.unpack(tail)[0] if len(tail) == value_size else 0
    return Directory(places, following)


def _warn_unusable(entry: Entry, reader: Reader, draft: Draft) -> None:
    if entry.type not in TYPE_SIZES:
        draft.warn("tag-type", f"tag 0x{entry.tag:04x} has the unknown type {entry.type}")
    else:
        where = reader.base + entry.at
        draft.warn("tag-cut", f"the value of tag 0x{entry.tag:04x} lies outside the data", where)
