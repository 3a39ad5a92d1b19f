"""The values of a directory's entries (TIFF 6.0, section 2; CIPA DC-008, 4.6)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from struct import Struct
from typing import Final

from service.metadata import limits
from service.metadata.embedded.directory import Entry, TiffBlock
from service.metadata.embedded.tag_decoders import DECODERS, NUMBER_CODES, TEXT_TAGS, TEXT_TYPES
from service.metadata.values import ExifValue

_FLOATS: Final = (11, 12)
_LONGEST_NUMBER: Final = 8
_LAYOUTS: Final[Mapping[str, Mapping[int, Struct]]] = {
    order: {kind: Struct(order + code) for kind, code in NUMBER_CODES.items()} for order in "<>"
}
"""The layout of a single number, by byte order and type."""


def read_bytes(block: TiffBlock, entry: Entry) -> bytes:
    """Give the bytes of a value."""
    return block.reader.take(entry.at, entry.size)


def read_numbers(block: TiffBlock, entry: Entry | None, *, most: int = 64) -> tuple[int, ...]:
    """Give up to `most` integers of an entry; none where it is absent or holds no such.

    No tag that is read by this can be negative, whatever type a writer has given it.
    """
    if entry is None or entry.type not in NUMBER_CODES or entry.type in _FLOATS:
        return ()
    count = min(entry.count, most)
    code = f"{block.order}{count}{NUMBER_CODES[entry.type]}"
    numbers = struct.unpack(code, block.reader.take(entry.at, struct.calcsize(code)))
    return numbers if min(numbers, default=0) >= 0 else ()


def read_number(block: TiffBlock, entry: Entry | None) -> int | None:
    """Give the first integer of an entry, or None where there is none or it is negative."""
    if entry is None or not entry.count or entry.type in _FLOATS:
        return None
    layout = _LAYOUTS[block.order].get(entry.type)
    if layout is None:
        return None
    number: int = block.reader.unpack(layout, entry.at)[0]
    return number if number >= 0 else None


def read_value(block: TiffBlock, entry: Entry) -> ExifValue:
    """Give the value of an entry: text, a number, a rational, several of them, or a `Block`."""
    usual, odd = DECODERS[block.order]
    decode = odd.get(entry.tag, usual)[entry.type]
    hand = block.reader.at_hand()
    if hand is not None:
        data, start = hand
        return decode(data, start + entry.at, entry.count)
    is_text = entry.type in TEXT_TYPES or entry.tag in TEXT_TAGS
    most = limits.TEXT_BYTES if is_text else 2 * _LONGEST_NUMBER * limits.LISTED_NUMBERS
    return decode(block.reader.take(entry.at, min(entry.size, most)), 0, entry.count)
