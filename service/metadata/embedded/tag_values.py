"""From a directory entry to a typed value (TIFF 6.0, section 2; CIPA DC-008, 4.6)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Final

from service.metadata import limits
from service.metadata.embedded.directory import TYPE_NAMES, Entry, TiffBlock
from service.metadata.values import Block, ExifValue, Rational

_CODES: Final[Mapping[int, str]] = {
    1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I",
    16: "Q", 17: "q", 18: "Q",
}  # fmt: skip
_TEXT_TYPES: Final = (2, 129)
_RATIONALS: Final[Mapping[int, str]] = {5: "I", 10: "i"}
_UNDEFINED: Final = 7

_VERSION_TAGS: Final = frozenset({0x9000, 0xA000, 0x0002})
_CODED_TEXT_TAGS: Final = frozenset({0x9286, 0x001B, 0x001C})
_UTF16_TAGS: Final = frozenset({0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F})
_NUMBER_LIST_TAGS: Final = frozenset({0x9101})
_OPAQUE_TAGS: Final = frozenset({0x927C, 0x02BC, 0x83BB, 0x8649, 0x8773, 0xC634, 0xEA1C})
"""MakerNote, XMP, IPTC, Photoshop, ICC profile, DNG private data, padding."""


def read_bytes(block: TiffBlock, entry: Entry) -> bytes:
    """Give the bytes of a value."""
    return block.reader.take(entry.at, entry.size)


def read_numbers(block: TiffBlock, entry: Entry | None, *, most: int = 64) -> tuple[int, ...]:
    """Give up to `most` integers of an entry; none where it is absent or holds no such.

    No tag that is read by this can be negative, whatever type a writer has given it.
    """
    if entry is None or entry.type not in _CODES or entry.type in (11, 12):
        return ()
    count = min(entry.count, most)
    code = f"{block.order}{count}{_CODES[entry.type]}"
    numbers = struct.unpack(code, block.reader.take(entry.at, struct.calcsize(code)))
    return numbers if min(numbers, default=0) >= 0 else ()


def read_number(block: TiffBlock, entry: Entry | None) -> int | None:
    """Give the first integer of an entry, or None."""
    numbers = read_numbers(block, entry, most=1)
    return numbers[0] if numbers else None


def read_value(block: TiffBlock, entry: Entry) -> ExifValue:
    """Give the value of an entry: text, a number, a rational, several of them, or a `Block`."""
    if entry.type in _TEXT_TYPES:
        data = block.reader.take(entry.at, min(entry.count, limits.TEXT_BYTES))
        return decode_text(data, joined=entry.tag == 0x8298)
    if entry.tag in _OPAQUE_TAGS or (entry.type not in _CODES and entry.type not in _RATIONALS):
        return _read_undefined(block, entry)
    if entry.tag in _UTF16_TAGS and entry.type == 1:
        data = block.reader.take(entry.at, min(entry.count, limits.TEXT_BYTES))
        return data.decode("utf-16-le", "replace").split("\0", 1)[0]
    if entry.count > limits.LISTED_NUMBERS:
        return Block(TYPE_NAMES[entry.type], entry.count, None)
    return _single(_read_numeric(block, entry))


def decode_text(data: bytes, *, joined: bool = False) -> str:
    """Decode text that ends at the first NUL and may be padded with spaces.

    Copyright is `joined`: photographer, NUL, editor (CIPA DC-008, 4.6.5). Text is UTF-8 where it
    can be, else Latin-1, which is what cameras write.
    """
    if joined:
        data = b"; ".join(part for part in (p.strip() for p in data.split(b"\0")) if part)
    data = data.split(b"\0", 1)[0]
    try:
        return data.decode("utf-8").rstrip()
    except UnicodeDecodeError:
        return data.decode("latin-1").rstrip()


def _read_numeric(block: TiffBlock, entry: Entry) -> tuple[int | float | Rational, ...]:
    data = block.reader.take(entry.at, entry.size)
    if entry.type in _RATIONALS:
        code = _RATIONALS[entry.type]
        flat = struct.unpack(f"{block.order}{2 * entry.count}{code}", data)
        return tuple(map(Rational, flat[::2], flat[1::2]))
    return struct.unpack(f"{block.order}{entry.count}{_CODES[entry.type]}", data)


def _single(values: tuple[int | float | Rational, ...]) -> ExifValue:
    return values[0] if len(values) == 1 else values


def _read_undefined(block: TiffBlock, entry: Entry) -> ExifValue:
    decode = _decoder_of(entry.tag)
    if decode is not None:
        data = block.reader.take(entry.at, min(entry.size, limits.TEXT_BYTES))
        value = decode(data, block.order)
        if value is not None:
            return value
    if entry.type == _UNDEFINED and entry.count == 1:
        return block.reader.take(entry.at, 1)[0]
    shown = entry.size <= limits.LISTED_BYTES and entry.tag not in _OPAQUE_TAGS
    hexadecimal = read_bytes(block, entry).hex() if shown else None
    return Block(TYPE_NAMES[entry.type], entry.count, hexadecimal)


def _decoder_of(tag: int) -> Callable[[bytes, str], ExifValue | None] | None:
    if tag in _VERSION_TAGS:
        return lambda data, _order: decode_text(data)
    if tag in _CODED_TEXT_TAGS:
        return _decode_coded_text
    if tag in _NUMBER_LIST_TAGS:
        return lambda data, _order: tuple(data)
    return None


def _decode_coded_text(data: bytes, order: str) -> str | None:
    """Decode text behind an 8-byte character code (CIPA DC-008, 4.6.6, UserComment)."""
    code, text = data[:8], data[8:]
    if code == b"UNICODE\0":
        return _decode_utf16(text, order)
    if code == b"JIS\0\0\0\0\0":
        return text.decode("iso2022_jp", "replace").rstrip("\0 ")
    if code in (b"ASCII\0\0\0", bytes(8)):
        return decode_text(text)
    return None


def _decode_utf16(text: bytes, order: str) -> str:
    """Decode UTF-16 in the block's byte order; some writers use the other, as zeros give away."""
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return text.decode("utf-16", "replace").rstrip("\0 ")
    name = "utf-16-le" if order == "<" else "utf-16-be"
    high, low = text[0::2].count(0), text[1::2].count(0)
    if high != low:
        name = "utf-16-be" if high > low else "utf-16-le"
    return text.decode(name, "replace").rstrip("\0 ")
