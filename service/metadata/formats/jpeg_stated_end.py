"""What a JPEG file states of the length of its first picture, when others or a video follow it."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import TYPE_CHECKING, Final

from service.metadata import limits
from service.metadata.model import XmpValue
from service.metadata.reader import Reader

if TYPE_CHECKING:
    from service.metadata.embedded.multi_picture import MultiPicture

_EOI: Final = b"\xff\xd9"
_SAMSUNG_TAIL: Final = Struct("<I4s")
_SAMSUNG_HEAD: Final = Struct("<4sII")
_SAMSUNG_ENTRY: Final = Struct("<HHII")


def find_stated_end(
    reader: Reader, pictures: MultiPicture | None, xmp: dict[str, XmpValue] | None
) -> int | None:
    """Give the end of the first picture as the file states it, if the end-of-image marker is there.

    It is stated by an index of pictures (CIPA DC-007), by the directory of a motion photo or an
    Ultra HDR picture in XMP (Android's Motion Photo format 1.0), or by Samsung's trailer.
    """
    for end in _list_ends(reader, pictures, xmp or {}):
        if 2 < end <= reader.size and reader.take(end - 2, 2) == _EOI:
            return end
    return None


def _list_ends(
    reader: Reader, pictures: MultiPicture | None, xmp: dict[str, XmpValue]
) -> Iterator[int]:
    if pictures is not None and pictures.pictures:
        yield pictures.pictures[0].size
    offset = _number(xmp.get("GCamera:MicroVideoOffset"))
    if offset:
        yield reader.size - offset
    directory = xmp.get("Container:Directory")
    if isinstance(directory, list):
        yield reader.size - _sum_lengths(directory)
    if reader.some(reader.size - 4, 4) == b"SEFT":
        yield _find_samsung_trailer(reader)


def _sum_lengths(directory: list[XmpValue]) -> int:
    """Add up what follows the first picture: its padding, and the other items."""
    items = [entry.get("Container:Item") for entry in directory if isinstance(entry, dict)]
    following = 0
    for number, item in enumerate(items):
        if isinstance(item, dict):
            key = "Item:Length" if number else "Item:Padding"
            following += _number(item.get(key))
    return following


def _number(value: XmpValue | None) -> int:
    """Give a number of bytes; 0 for what is none. No file is as long as twenty digits."""
    plain = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20
    return int(str(value)) if plain else 0


def _find_samsung_trailer(reader: Reader) -> int:
    """Give where the trailer begins: entries state how far before its directory their data lie.

    The directory is "SEFH", a version, a count, and for each entry a type, that distance and a
    size; its own length and "SEFT" end the file. 0 where it is not so.
    """
    length, _ = reader.unpack(_SAMSUNG_TAIL, reader.size - _SAMSUNG_TAIL.size)
    start: int = reader.size - _SAMSUNG_TAIL.size - length
    if start < 0 or length < _SAMSUNG_HEAD.size:
        return 0
    mark, _, count = reader.unpack(_SAMSUNG_HEAD, start)
    listed = count * _SAMSUNG_ENTRY.size
    if mark != b"SEFH" or count > limits.CHUNKS or listed > length - _SAMSUNG_HEAD.size:
        return 0
    entries = reader.take(start + _SAMSUNG_HEAD.size, listed)
    farthest = 0
    for _, _, back, _ in _SAMSUNG_ENTRY.iter_unpack(entries):
        farthest = max(farthest, back)
    return start - farthest
