"""From a directory entry to a typed value (TIFF 6.0, section 2; CIPA DC-008, 4.6)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from struct import Struct
from typing import Final

from service.metadata import limits
from service.metadata.embedded.directory import TYPE_NAMES, Entry, TiffBlock
from service.metadata.values import Block, ExifValue, Rational

_CODES: Final[dict[int, str]] = {
    1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I",
    16: "Q", 17: "q", 18: "Q",
}  # fmt: skip
_TEXT_TYPES: Final = (2, 129)
_FLOATS: Final = (11, 12)
_RATIONALS: Final[dict[int, str]] = {5: "II", 10: "ii"}
_LAYOUTS: Final[Mapping[str, Mapping[int, Struct]]] = {
    order: {kind: Struct(order + code) for kind, code in (_CODES | _RATIONALS).items()}
    for order in "<>"
}
"""The layout of a single value, by byte order and type."""

_BYTE: Final = 1
_UNDEFINED: Final = 7
_COPYRIGHT: Final = 0x8298

_UTF16_TAGS: Final = frozenset({0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F})
_OPAQUE_TAGS: Final = frozenset({0x927C, 0x02BC, 0x83BB, 0x8649, 0x8773, 0xC634, 0xEA1C})
"""MakerNote, XMP, IPTC, Photoshop, ICC profile, DNG private data, padding."""


def read_bytes(block: TiffBlock, entry: Entry) -> bytes:
    """Give the bytes of a value."""
    return block.reader.take(entry.at, entry.size)


def read_numbers(block: TiffBlock, entry: Entry | None, *, most: int = 64) -> tuple[int, ...]:
    """Give up to `most` integers of an entry; none where it is absent or holds no such.

    No tag that is read by this can be negative, whatever type a writer has given it.
    """
    if entry is None or entry.type not in _CODES or entry.type in _FLOATS:
        return ()
    count = min(entry.count, most)
    code = f"{block.order}{count}{_CODES[entry.type]}"
    numbers = struct.unpack(code, block.reader.take(entry.at, struct.calcsize(code)))
    return numbers if min(numbers, default=0) >= 0 else ()


def read_number(block: TiffBlock, entry: Entry | None) -> int | None:
    """Give the first integer of an entry, or None where there is none or it is negative."""
    if entry is None or not entry.count or entry.type not in _CODES or entry.type in _FLOATS:
        return None
    number: int = block.reader.unpack(_LAYOUTS[block.order][entry.type], entry.at)[0]
    return number if number >= 0 else None


def read_value(block: TiffBlock, entry: Entry) -> ExifValue:
    """Give the value of an entry: text, a number, a rational, several of them, or a `Block`."""
    tag, kind, count, at = entry
    if kind in _TEXT_TYPES:
        data = block.reader.take(at, min(count, limits.TEXT_BYTES))
        return decode_text(data, joined=tag == _COPYRIGHT)
    layout = _LAYOUTS[block.order].get(kind)
    if layout is None or tag in _OPAQUE_TAGS:
        return _read_undefined(block, entry)
    if kind == _BYTE and tag in _UTF16_TAGS:
        data = block.reader.take(at, min(count, limits.TEXT_BYTES))
        return data.decode("utf-16-le", "replace").split("\0", 1)[0]
    if count > limits.LISTED_NUMBERS:
        return Block(TYPE_NAMES[kind], count, None)
    if count == 1:
        fields = block.reader.unpack(layout, at)
        return Rational(*fields) if kind in _RATIONALS else fields[0]
    data = block.reader.take(at, count * layout.size)
    if kind in _RATIONALS:
        return tuple([Rational(*pair) for pair in layout.iter_unpack(data)])
    return struct.unpack(f"{block.order}{count}{_CODES[kind]}", data)


def decode_text(data: bytes, *, joined: bool = False) -> str:
    """Decode text that ends at the first NUL and may be padded with spaces.

    Copyright is `joined`: photographer, NUL, editor (CIPA DC-008, 4.6.5). Text is UTF-8 where it
    can be, else that of the West, as cameras and Windows write it.
    """
    if joined:
        data = b"; ".join(part for part in (p.strip() for p in data.split(b"\0")) if part)
    data = data.partition(b"\0")[0]
    try:
        return data.decode("utf-8").rstrip()
    except UnicodeDecodeError:
        return decode_western(data).rstrip()


def decode_western(data: bytes) -> str:
    """Decode text as Windows-1252, which has quotes and dashes where Latin-1 has no characters."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _read_undefined(block: TiffBlock, entry: Entry) -> ExifValue:
    decode = _DECODERS.get(entry.tag)
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


def _decode_version(data: bytes, _order: str) -> str:
    return decode_text(data)


def _list_bytes(data: bytes, _order: str) -> tuple[int, ...]:
    return tuple(data)


_DECODERS: Final[Mapping[int, Callable[[bytes, str], ExifValue | None]]] = {
    **dict.fromkeys((0x9000, 0xA000, 0x0002), _decode_version),
    **dict.fromkeys((0x9286, 0x001B, 0x001C), _decode_coded_text),
    0x9101: _list_bytes,
}
"""How the bytes of a tag of type UNDEFINED are to be read, where a standard says so."""
