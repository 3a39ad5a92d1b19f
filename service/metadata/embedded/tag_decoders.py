"""From the bytes of a tag to its value: one decoder a type, and a few for tags (CIPA DC-008, 4.6).

All are made once: EXIF has some seventy tags a photo, so that little may be decided for each.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from struct import Struct
from typing import Final, TypeAlias

from service.metadata import limits
from service.metadata.embedded.directory import TYPE_NAMES
from service.metadata.embedded.text import decode_text, decode_utf16
from service.metadata.values import Block, ExifValue, Rational

Decoder: TypeAlias = Callable[[bytes, int, int], ExifValue]
"""Makes a value of the bytes from a place on, and of the count that the entry states."""

Decoders: TypeAlias = Mapping[int, Decoder]
"""What decodes a value, by the number of its type."""

NUMBER_CODES: Final[Mapping[int, str]] = {
    1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I",
    16: "Q", 17: "q", 18: "Q",
}  # fmt: skip
"""The struct code of each type of number."""

TEXT_TYPES: Final = (2, 129)
_RATIONAL_CODES: Final[Mapping[int, str]] = {5: "II", 10: "ii"}
_BYTE: Final = 1
_UNDEFINED: Final = 7

_COPYRIGHT: Final = 0x8298
_VERSION_TAGS: Final = (0x9000, 0xA000, 0x0002)
_CODED_TEXT_TAGS: Final = (0x9286, 0x001B, 0x001C)
_UTF16_TAGS: Final = (0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F)
_BYTE_LIST_TAGS: Final = (0x9101,)
_OPAQUE_TAGS: Final = (0x927C, 0x02BC, 0x83BB, 0x8649, 0x8773, 0xC634, 0xEA1C)
"""MakerNote, XMP, IPTC, Photoshop, ICC profile, DNG private data, padding."""

TEXT_TAGS: Final = frozenset((*_VERSION_TAGS, *_CODED_TEXT_TAGS, *_UTF16_TAGS, *_BYTE_LIST_TAGS))
"""Tags whose values may be long and are given whole, whatever their types."""


def _decode_text(data: bytes, at: int, count: int) -> str:
    return decode_text(data[at : at + min(count, limits.TEXT_BYTES)])


def _decode_copyright(data: bytes, at: int, count: int) -> str:
    """Decode a copyright: photographer, NUL, editor (CIPA DC-008, 4.6.5)."""
    parts = data[at : at + min(count, limits.TEXT_BYTES)].split(b"\0")
    return decode_text(b"; ".join([part for part in (part.strip() for part in parts) if part]))


def _decode_utf16_tag(data: bytes, at: int, count: int) -> str:
    """Decode a text of Windows Explorer, which states its bytes as numbers."""
    text = data[at : at + min(count, limits.TEXT_BYTES)]
    return text.decode("utf-16-le", "replace").split("\0", 1)[0]


def _decode_undefined(data: bytes, at: int, count: int) -> ExifValue:
    if count == 1:
        return data[at]
    shown = data[at : at + count].hex() if count <= limits.LISTED_BYTES else None
    return Block(TYPE_NAMES[_UNDEFINED], count, shown)


def _list_bytes(data: bytes, at: int, count: int) -> ExifValue:
    return tuple(data[at : at + min(count, limits.TEXT_BYTES)])


def _make_number(order: str, kind: int) -> Decoder:
    code = NUMBER_CODES[kind]
    unpack_one = Struct(order + code).unpack_from

    def decode(data: bytes, at: int, count: int) -> ExifValue:
        if count == 1:
            value: ExifValue = unpack_one(data, at)[0]
            return value
        if count > limits.LISTED_NUMBERS:
            return Block(TYPE_NAMES[kind], count, None)
        return struct.unpack_from(f"{order}{count}{code}", data, at)

    return decode


def _make_rational(order: str, kind: int) -> Decoder:
    layout = Struct(order + _RATIONAL_CODES[kind])
    unpack_one = layout.unpack_from

    def decode(data: bytes, at: int, count: int) -> ExifValue:
        if count == 1:
            return Rational(*unpack_one(data, at))
        if count > limits.LISTED_NUMBERS:
            return Block(TYPE_NAMES[kind], count, None)
        pairs = layout.iter_unpack(data[at : at + count * layout.size])
        return tuple([Rational(*pair) for pair in pairs])

    return decode


def _make_opaque(kind: int) -> Decoder:
    def decode(data: bytes, at: int, count: int) -> ExifValue:
        return (
            data[at] if kind == _UNDEFINED and count == 1 else Block(TYPE_NAMES[kind], count, None)
        )

    return decode


def _make_coded_text(order: str) -> Decoder:
    """Decode text behind an 8-byte character code (CIPA DC-008, 4.6.6, UserComment)."""

    def decode(data: bytes, at: int, count: int) -> ExifValue:
        raw = data[at : at + min(count, limits.TEXT_BYTES)]
        code, text = raw[:8], raw[8:]
        if code == b"UNICODE\0":
            return decode_utf16(text, order)
        if code == b"JIS\0\0\0\0\0":
            return text.decode("iso2022_jp", "replace").rstrip("\0 ")
        if code in (b"ASCII\0\0\0", bytes(8)):
            return decode_text(text)
        return _decode_undefined(data, at, count)

    return decode


def _make_all(order: str) -> tuple[Decoders, Mapping[int, Decoders]]:
    """Give the decoders of values in this byte order, and those of tags that are not as others."""
    usual: dict[int, Decoder] = {
        **{kind: _make_number(order, kind) for kind in NUMBER_CODES},
        **{kind: _make_rational(order, kind) for kind in _RATIONAL_CODES},
        **dict.fromkeys(TEXT_TYPES, _decode_text),
        _UNDEFINED: _decode_undefined,
    }
    opaque = {kind: _make_opaque(kind) for kind in usual} | dict.fromkeys(TEXT_TYPES, _decode_text)
    odd: dict[int, Decoders] = {
        _COPYRIGHT: usual | dict.fromkeys(TEXT_TYPES, _decode_copyright),
        **dict.fromkeys(_VERSION_TAGS, usual | {_UNDEFINED: _decode_text}),
        **dict.fromkeys(_CODED_TEXT_TAGS, usual | {_UNDEFINED: _make_coded_text(order)}),
        **dict.fromkeys(_BYTE_LIST_TAGS, usual | {_UNDEFINED: _list_bytes}),
        **dict.fromkeys(_UTF16_TAGS, usual | {_BYTE: _decode_utf16_tag}),
        **dict.fromkeys(_OPAQUE_TAGS, opaque),
    }
    return usual, odd


DECODERS: Final[Mapping[str, tuple[Decoders, Mapping[int, Decoders]]]] = {
    order: _make_all(order) for order in "<>"
}
"""By byte order: what decodes a type, and instead of that, by tag, what decodes a type there."""
