"""Colour, EXIF, XMP, thumbnails and gain maps of a HEIF file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from struct import Struct
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.brotli_data import unpack_brotli
from service.metadata.embedded.exif import read_exif
from service.metadata.embedded.icc import read_icc
from service.metadata.embedded.xmp import read_xmp
from service.metadata.formats.heif_items import Item, Items
from service.metadata.formats.heif_properties import Property, read_size
from service.metadata.model import Cicp, GainMap, Thumbnail
from service.metadata.reader import Reader, reader_of

_CODE_POINTS: Final = Struct(">HHHB")
_XMP_TYPE: Final = "application/rdf+xml"
_APPLE_GAIN_MAP: Final = b"urn:com:apple:photo:2020:aux:hdrgainmap"
_DEFLATED: Final = ("deflate", "compress_zlib")
_MEDIA_TYPES: Final = {
    b"jpeg": "image/jpeg",
    b"hvc1": "image/heic",
    b"av01": "image/avif",
}


def read_color(properties: Sequence[Property], draft: Draft) -> None:
    """Read the colr properties: code points and an ICC profile may both be there."""
    for kind, body in properties:
        if kind != b"colr":
            continue
        what = body.some(0, 4)
        if what == b"nclx" and draft.cicp is None:
            primaries, transfer, matrix, flags = body.unpack(_CODE_POINTS, 4)
            draft.cicp = Cicp(primaries, transfer, matrix, bool(flags & 0x80))
        elif what in (b"prof", b"rICC") and draft.icc_profile is None:
            read_icc(body.some(4, limits.DECOMPRESSED_BYTES), draft)


def read_metadata(
    items: Items, properties: Mapping[int, Sequence[Property]], *, reader: Reader, draft: Draft
) -> None:
    """Read the items that describe the picture, and name those that go with it."""
    for item in _describing(items, b"Exif")[:1]:
        with draft.part("exif-damaged", "the EXIF item"):
            _read_exif_item(items.read(item.id, reader), draft)
    packets = [item for item in _describing(items, b"mime") if item.content_type == _XMP_TYPE]
    for item in packets[: limits.PREVIEWS]:
        with draft.part("xmp-damaged", "the XMP packet"):
            read_xmp(_unpack(items.read(item.id, reader), item.content_encoding, draft), draft)
    _find_tone_map(items, reader, draft)
    _find_apple_gain_map(properties, draft)
    for thumbnail in items.sources(b"thmb", items.primary or 0)[: limits.PREVIEWS]:
        known = items.by_id.get(thumbnail)
        width, height = read_size(properties.get(thumbnail, ())) or (None, None)
        media_type = _MEDIA_TYPES.get(known.type) if known else None
        size = items.size(thumbnail)
        draft.thumbnails.append(Thumbnail("heif", width, height, media_type, size))


def _unpack(data: bytes, encoding: str, draft: Draft) -> bytes:
    """Undo an item's content encoding, which is named as that of HTTP (14496-12, 8.11.6.2)."""
    if encoding in _DEFLATED:
        # Writers differ on whether zlib's header belongs to it (RFC 9110, 8.4.1.2).
        draft.lacks_zlib_headers = True
        return draft.inflate(data)
    if encoding == "br":
        return unpack_brotli(reader_of(data), draft, most=limits.XMP_BYTES)
    if encoding:
        raise ValueError(f"it is packed by {encoding[:20]}")
    return data


def _find_tone_map(items: Items, reader: Reader, draft: Draft) -> None:
    """Name the gain map of an item tmap, and the version of ISO 21496-1 that it asks for.

    Its data are a byte of its own version, and the metadata of that standard (6.6.2.4.2).
    """
    found = next((item for item in items.by_id.values() if item.type == b"tmap"), None)
    if found is not None and draft.gain_map is None:
        data = items.read(found.id, reader)
        version = str(int.from_bytes(data[1:3], "big")) if data[:1] == b"\0" and data[2:] else None
        draft.gain_map = GainMap("ISO 21496-1", version)


def _describing(items: Items, kind: bytes) -> list[Item]:
    """Give the items of a type, those that describe the primary item (cdsc) before all others."""
    primary = items.primary or 0
    found = (item for item in items.by_id.values() if item.type == kind)
    return sorted(found, key=lambda item: primary not in items.targets(b"cdsc", item.id))


def _read_exif_item(data: bytes, draft: Draft) -> None:
    """Read the item's four bytes that say where the TIFF header is, and the block (A.2.1)."""
    reader = reader_of(data)
    read_exif(reader.window(4 + reader.big(0, 4), reader.size), draft)


def _find_apple_gain_map(properties: Mapping[int, Sequence[Property]], draft: Draft) -> None:
    if draft.gain_map is not None:
        return
    for known in properties.values():
        for kind, body in known:
            if kind == b"auxC" and body.some(4, len(_APPLE_GAIN_MAP)) == _APPLE_GAIN_MAP:
                draft.gain_map = GainMap("Apple", None)
                return
