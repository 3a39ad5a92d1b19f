"""The blocks of other standards that a TIFF directory holds as values."""

from __future__ import annotations

from struct import unpack
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.directory import Entry
from service.metadata.embedded.icc import read_icc
from service.metadata.embedded.iptc import read_iptc
from service.metadata.embedded.photoshop import read_resources
from service.metadata.embedded.thumbnail import add_jpeg
from service.metadata.embedded.xmp import read_xmp
from service.metadata.formats.tiff_names import JPEG, OLD_JPEG
from service.metadata.formats.tiff_page import Tags
from service.metadata.reader import Reader, reader_of

_LONG: Final = 4
_IPTC_MARK: Final = 0x1C


def read_embedded(tags: Tags, draft: Draft) -> None:
    """Read the ICC profile, XMP, IPTC and Photoshop's resources of a directory."""
    profile = _take(tags, 0x8773, most=limits.DECOMPRESSED_BYTES)
    if profile:
        read_icc(profile, draft)
    packet = _take(tags, 0x02BC, most=limits.XMP_BYTES)
    if packet:
        read_xmp(packet, draft)
    iptc = tags.entry(0x83BB)
    if iptc is not None:
        read_iptc(_open_iptc(tags, iptc), draft)
    resources = _window(tags, tags.entry(0x8649))
    if resources is not None:
        stated = draft.resolution
        read_resources(resources, draft)
        draft.resolution = stated or draft.resolution


def add_preview(tags: Tags, draft: Draft) -> None:
    """Keep a picture that is a JPEG file of its own, in one piece, as a thumbnail."""
    reader = tags.block.reader
    strips = tags.entry(0x0111)
    if tags.entry(0x0201) is not None:
        offset, size = tags.number(0x0201), tags.number(0x0202)
    elif tags.compression in (JPEG, OLD_JPEG) and strips is not None and strips.count == 1:
        offset, size = tags.number(0x0111), tags.number(0x0117)
    else:
        return
    if offset and size and tags.entry(0x015B) is None:
        add_jpeg(reader.window(offset, size), source="tiff", draft=draft)


def _take(tags: Tags, tag: int, *, most: int) -> bytes:
    window = _window(tags, tags.entry(tag))
    return window.some(0, most) if window is not None else b""


def _window(tags: Tags, entry: Entry | None) -> Reader | None:
    return tags.block.reader.window(entry.at, entry.size) if entry is not None else None


def _open_iptc(tags: Tags, entry: Entry) -> Reader:
    """Give the record's bytes; writers that state LONG swap them with the file's byte order."""
    reader = tags.block.reader.window(entry.at, entry.size)
    if entry.type != _LONG or reader.some(0, 1) == bytes([_IPTC_MARK]):
        return reader
    data = reader.some(0, limits.TEXT_BYTES & ~3)
    count = len(data) // 4
    swapped = b"".join(
        value.to_bytes(4, "big") for value in unpack(f"<{count}I", data[: 4 * count])
    )
    return reader_of(swapped)
