"""Builds TIFF files field by field: classic and BigTIFF, in both byte orders."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 7
LONG8 = 16
_CODES = {BYTE: "B", SHORT: "H", LONG: "I", RATIONAL: "I", 12: "d", 13: "I", LONG8: "Q"}


@dataclass(frozen=True)
class Field:
    """A tag with numbers (a rational has two each), bytes, or directories that it points to."""

    tag: int
    type: int
    value: Sequence[int] | bytes | tuple[Directory, ...]


Directory: TypeAlias = "tuple[Field, ...]"


def short(tag: int, *values: int) -> Field:
    """A field of type SHORT."""
    return Field(tag, SHORT, values)


def long(tag: int, *values: int) -> Field:
    """A field of type LONG."""
    return Field(tag, LONG, values)


def text(tag: int, value: str) -> Field:
    """A field of type ASCII."""
    return Field(tag, ASCII, value.encode() + b"\0")


def rational(tag: int, *parts: int) -> Field:
    """A field of type RATIONAL: numerator, denominator, and so on."""
    return Field(tag, RATIONAL, parts)


def pointer(tag: int, *directories: Directory) -> Field:
    """A field that holds the offsets of further directories."""
    return Field(tag, LONG, directories)


def picture(*more: Field, width: int = 40, height: int = 30) -> Directory:
    """An uncompressed picture of 8-bit grey in one strip, with `more` fields in place of those."""
    plain = (
        short(256, width), short(257, height), short(258, 8), short(259, 1), short(262, 1),
        long(273, 8), short(277, 1), short(278, height), long(279, 8),
    )  # fmt: skip
    given = {field.tag for field in more}
    kept = [field for field in plain if field.tag not in given]
    return tuple(sorted((*kept, *more), key=lambda field: field.tag))


@dataclass
class _Writer:
    order: str
    big: bool
    out: bytearray

    @property
    def offset_code(self) -> str:
        return "Q" if self.big else "I"

    def append(self, data: bytes) -> int:
        at = len(self.out)
        self.out += data + b"\0" * (-len(data) % 8)
        return at

    def write(self, directory: Directory, following: int) -> int:
        """Append a directory and what it needs; give its offset."""
        rows = b"".join(self._entry(field) for field in directory)
        count = struct.pack(self.order + ("Q" if self.big else "H"), len(directory))
        return self.append(count + rows + struct.pack(self.order + self.offset_code, following))

    def _entry(self, field: Field) -> bytes:
        data, count = self._encode(field)
        room = 8 if self.big else 4
        if len(data) > room:
            data = struct.pack(self.order + self.offset_code, self.append(data))
        head = struct.pack(f"{self.order}HH{self.offset_code}", field.tag, field.type, count)
        return head + data.ljust(room, b"\0")

    def _encode(self, field: Field) -> tuple[bytes, int]:
        if isinstance(field.value, bytes):
            return field.value, len(field.value) // (4 if field.type == LONG else 1)
        numbers = [
            value if isinstance(value, int) else self.write(value, 0) for value in field.value
        ]
        data = struct.pack(f"{self.order}{len(numbers)}{_CODES[field.type]}", *numbers)
        return data, len(numbers) // (2 if field.type == RATIONAL else 1)


def build_tiff(
    *pages: Directory,
    order: str = "<",
    big: bool = False,
    data: bytes = bytes(8),
    loop: bool = False,
) -> bytes:
    """A file with these pages; `data` lies at offset 16 (BigTIFF) or 8. `loop`: it never ends."""
    writer = _Writer(order, big, bytearray(16 if big else 8))
    writer.append(data)
    if loop:
        return _build_loop(writer, pages)
    following = 0
    for page in reversed(pages):
        following = writer.write(page, following)
    return _with_header(writer, following)


def _build_loop(writer: _Writer, pages: tuple[Directory, ...]) -> bytes:
    """Pages in a circle: the last links to the first."""
    width = 8 if writer.big else 4
    last = writer.write(pages[-1], 0)
    link = last + (8 if writer.big else 2) + len(pages[-1]) * (20 if writer.big else 12)
    first = last
    for page in reversed(pages[:-1]):
        first = writer.write(page, first)
    writer.out[link : link + width] = struct.pack(writer.order + writer.offset_code, first)
    return _with_header(writer, first)


def _with_header(writer: _Writer, first: int) -> bytes:
    mark = b"II" if writer.order == "<" else b"MM"
    if writer.big:
        head = mark + struct.pack(writer.order + "HHHQ", 43, 8, 0, first)
    else:
        head = mark + struct.pack(writer.order + "HI", 42, first)
    return head + bytes(writer.out[len(head) :])
