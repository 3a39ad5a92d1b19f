"""An EXIF block: IFD 0 with its Exif, GPS and Interoperability directories, and IFD 1."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Final

from service.metadata import limits
from service.metadata.draft import DAMAGE, Draft
from service.metadata.embedded.directory import (
    Directory,
    Entry,
    TiffBlock,
    open_block,
    read_directory,
)
from service.metadata.embedded.tag_decoders import DECODERS
from service.metadata.embedded.tag_names import EXIF_TAGS, GPS_TAGS, IMAGE_TAGS, INTEROP_TAGS
from service.metadata.embedded.tag_values import read_number, read_value
from service.metadata.embedded.thumbnail import read_jpeg_thumbnail
from service.metadata.model import Exif, Resolution, Tags
from service.metadata.reader import Reader
from service.metadata.values import ExifValue, Rational

_EXIF_POINTER: Final = 0x8769
_GPS_POINTER: Final = 0x8825
_INTEROP_POINTER: Final = 0xA005
_ORIENTATION: Final = 0x0112
_MOST_AT_HAND: Final = 64 * 1024
"""Longer blocks than JPEG can hold are read piece by piece."""

_ANYWHERE: Final[Mapping[int, str]] = {**EXIF_TAGS, **IMAGE_TAGS}
"""Names of tags that a writer put into the wrong directory."""
_UNITS: Final[Mapping[int | None, str | None]] = {None: "inch", 2: "inch", 3: "cm"}


def read_exif(reader: Reader, draft: Draft) -> None:
    """Read an EXIF block, a TIFF structure of its own, into the draft. The first block counts."""
    if draft.exif is not None:
        draft.warn("exif-repeated", "a further EXIF block is left out", reader.base)
        return
    if reader.some(0, 6) in (b"Exif\0\0", b"Exif\0\xff"):
        reader = reader.window(6, reader.size)
    if reader.size <= _MOST_AT_HAND:
        reader = reader.loaded()
    with draft.part("exif-damaged", "the EXIF block", reader.base):
        block = open_block(reader)
        ifd0 = read_directory(block, block.first, draft)
        if ifd0 is None:
            return
        ifd1 = read_directory(block, ifd0.next, draft) if ifd0.next else None
        draft.exif = collect_exif(block, ifd0, ifd1, draft)
        read_orientation(block, ifd0, draft)
        if draft.resolution is None or draft.resolution.unit is None:
            draft.resolution = read_resolution(block, ifd0) or draft.resolution
        if ifd1 is not None:
            read_jpeg_thumbnail(block, ifd1, draft)


def collect_exif(block: TiffBlock, ifd0: Directory, ifd1: Directory | None, draft: Draft) -> Exif:
    """Give all tags reachable from `ifd0`, and those of `ifd1`."""
    exif = _follow(block, ifd0, _EXIF_POINTER, draft)
    gps = _follow(block, ifd0, _GPS_POINTER, draft)
    interop = _follow(block, exif, _INTEROP_POINTER, draft) if exif else None
    return Exif(
        ifd0=name_tags(block, ifd0, IMAGE_TAGS, draft),
        exif=name_tags(block, exif, EXIF_TAGS, draft),
        gps=name_tags(block, gps, GPS_TAGS, draft),
        interop=name_tags(block, interop, INTEROP_TAGS, draft),
        ifd1=name_tags(block, ifd1, IMAGE_TAGS, draft),
    )


def read_orientation(block: TiffBlock, directory: Directory, draft: Draft) -> None:
    """Keep the orientation where it is one of 1 to 8 (CIPA DC-008, 4.6.4)."""
    value = read_number(block, directory.find(_ORIENTATION))
    if value is None:
        return
    if 1 <= value <= 8:
        draft.orientation = value
    else:
        draft.warn("orientation", f"the orientation {value} is none of 1 to 8")


def read_resolution(block: TiffBlock, directory: Directory) -> Resolution | None:
    """Give XResolution and YResolution; the unit is the inch where none is said (TIFF 6.0)."""
    x = _as_float(block, directory.find(0x011A))
    y = _as_float(block, directory.find(0x011B))
    if x is None or y is None or not (0 < x < inf and 0 < y < inf):
        return None
    return Resolution(x, y, _UNITS.get(read_number(block, directory.find(0x0128))))


def _as_float(block: TiffBlock, entry: Entry | None) -> float | None:
    if entry is None:
        return None
    value = read_value(block, entry)
    if isinstance(value, Rational):
        return value.value
    return float(value) if isinstance(value, (int, float)) else None


def _follow(block: TiffBlock, directory: Directory, pointer: int, draft: Draft) -> Directory | None:
    offset = read_number(block, directory.find(pointer))
    return read_directory(block, offset, draft) if offset else None


def name_tags(
    block: TiffBlock, directory: Directory | None, names: Mapping[int, str], draft: Draft
) -> Tags | None:
    """Give the values of a directory by `names`, or by those of tags that writers misplace."""
    if directory is None:
        return None
    tags: dict[str, ExifValue] = {}
    room = limits.TAG_TEXT_BYTES - draft.tag_text
    usual, odd = DECODERS[block.order]
    data, start = block.reader.at_hand() or (b"", 0)
    for tag, (kind, count, at) in directory.places.items():
        if room < 0:
            draft.warn("limit-tag-text", "tags were left out: too much text")
            break
        name = names.get(tag) or _ANYWHERE.get(tag) or f"0x{tag:04X}"
        try:
            if data:  # what read_value does, at half its cost
                value = odd.get(tag, usual)[kind](data, start + at, count)
            else:
                value = read_value(block, Entry(tag, kind, count, at))
        except DAMAGE as error:
            where = block.reader.base + at
            draft.warn_of(error, "tag-damaged", f"the tag {name}", where)
        else:
            tags[name] = value
            if value.__class__ is str:
                room -= len(value)
    draft.tag_text = limits.TAG_TEXT_BYTES - room
    return tags
