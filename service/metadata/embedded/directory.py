"""TIFF image file directories: the reader that TIFF files, EXIF blocks and MPF share.

TIFF 6.0, section 2, and the BigTIFF layout (43 in the header, 8-byte offsets, 20-byte entries).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from struct import Struct
from typing import Final, NamedTuple

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.reader import Reader

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


@dataclass(frozen=True, slots=True)
class Directory:
    """The entries of one directory by tag, of which the first counts, and the next one's offset."""

    entries: Mapping[int, Entry]
    next: int


@dataclass(frozen=True, slots=True)
class TiffBlock:
    """A TIFF structure: `order` is struct's "<" or ">"; `seen` holds directories already read."""

    reader: Reader
    order: str
    big: bool
    first: int
    seen: set[int] = field(default_factory=set)


def open_block(reader: Reader) -> TiffBlock:
    """Read a TIFF header. Raises ValueError where there is none, `OutOfBounds` where it is cut."""
    order = {b"II": "<", b"MM": ">"}.get(reader.take(0, 2))
    if order is None:
        raise ValueError("no TIFF byte order")
    (version,) = reader.unpack(Struct(order + "H"), 2)
    if version == 43:
        offset_size, zero, first = reader.unpack(Struct(order + "HHQ"), 4)
        if (offset_size, zero) != (8, 0):
            raise ValueError("a BigTIFF with offsets that are not of 8 bytes")
        return TiffBlock(reader, order, True, first)
    (first,) = reader.unpack(Struct(order + "I"), 4)
    return TiffBlock(reader, order, False, first)


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
    with draft.part("ifd-damaged", "a directory of tags", where):
        return _read_entries(block, offset, draft)
    return None


def _read_entries(block: TiffBlock, offset: int, draft: Draft) -> Directory:
    reader = block.reader
    count_size, layout, next_layout = _layouts(block)
    (count,) = reader.unpack(Struct(block.order + ("Q" if block.big else "H")), offset)
    if count > limits.DIRECTORY_ENTRIES:
        draft.warn("limit-ifd-entries", f"a directory of {count} tags", reader.base + offset)
    start = offset + count_size
    kept = min(count, limits.DIRECTORY_ENTRIES)
    raw = reader.some(start, kept * layout.size)
    if len(raw) < kept * layout.size:
        draft.warn("ifd-cut", "a directory of tags is cut short", reader.base + offset)
        raw = raw[: len(raw) - len(raw) % layout.size]
    entries: dict[int, Entry] = {}
    inline = layout.size - next_layout.size
    for position, (tag, kind, number, value) in enumerate(layout.iter_unpack(raw)):
        size = number * TYPE_SIZES.get(kind, 0)
        here = start + position * layout.size + inline
        entry = Entry(tag, kind, number, here if size <= next_layout.size else value)
        if _is_usable(entry, block, draft):
            entries.setdefault(tag, entry)
    tail = reader.some(start + count * layout.size, next_layout.size)
    following = next_layout.unpack(tail)[0] if len(tail) == next_layout.size else 0
    return Directory(entries, following)


def _layouts(block: TiffBlock) -> tuple[int, Struct, Struct]:
    """Give the size of the entry count, the layout of an entry and that of an offset."""
    if block.big:
        return 8, Struct(block.order + "HHQQ"), Struct(block.order + "Q")
    return 2, Struct(block.order + "HHII"), Struct(block.order + "I")


def _is_usable(entry: Entry, block: TiffBlock, draft: Draft) -> bool:
    where = block.reader.base + entry.at
    if entry.type not in TYPE_SIZES:
        draft.warn("tag-type", f"tag 0x{entry.tag:04x} has the unknown type {entry.type}")
        return False
    if entry.at + entry.size > block.reader.size:
        draft.warn("tag-cut", f"the value of tag 0x{entry.tag:04x} lies outside the data", where)
        return False
    return True
