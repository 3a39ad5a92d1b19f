"""JPEG 2000: JP2 and its relatives (ISO/IEC 15444-1, annex I), and the codestream alone."""

from __future__ import annotations

from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.exif import read_exif
from service.metadata.embedded.iptc import read_iptc
from service.metadata.embedded.lone_directory import read_lone_directory
from service.metadata.embedded.photoshop import read_resources
from service.metadata.embedded.tag_names import IMAGE_TAGS
from service.metadata.embedded.xmp import read_xmp
from service.metadata.encodings import Encoding
from service.metadata.formats.boxes import Box, walk_boxes
from service.metadata.formats.jp2_codestream import describe_codestream
from service.metadata.formats.jp2_header import read_header
from service.metadata.model import Exif
from service.metadata.reader import Reader
from service.metadata.record import replace

_SIGNATURE_SIZE: Final = 12
_FORMATS: Final = {
    b"jp2 ": ("JP2", "image/jp2"),
    b"jpx ": ("JPX", "image/jpx"),
    b"jpm ": ("JPM", "image/jpm"),
    b"jph ": ("JPH", "image/jph"),
    b"mjp2": ("MJ2", "video/mj2"),
}
_XMP: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_EXIF: Final = b"JpgTiffExif->JP2"
_IPTC: Final = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_OLD_EXIF: Final = bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e")
_PHOTOSHOP: Final = bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb")
_GEOTIFF: Final = bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03")
_MAP_TAGS: Final = frozenset({
    "ModelPixelScaleTag", "IntergraphMatrixTag", "ModelTiepointTag", "ModelTransformationTag",
    "GeoKeyDirectoryTag", "GeoDoubleParamsTag", "GeoAsciiParamsTag",
})  # fmt: skip


def read_jp2(reader: Reader, draft: Draft) -> None:
    """Read a JPEG 2000 file: boxes, or a codestream alone."""
    draft.format, draft.media_type = "JP2", "image/jp2"
    draft.encoding = Encoding(compression="JPEG 2000")
    with draft.part("truncated", "the JPEG 2000 file"):
        if reader.some(0, 2) == b"\xff\x4f":
            draft.format, draft.media_type = "J2C", "image/j2c"
            describe_codestream(reader, draft)
        else:
            _read_boxes(reader, draft)
    if draft.width is None:
        draft.warn("no-size", "the size of the picture was not found")


def _read_boxes(reader: Reader, draft: Draft) -> None:
    codestreams = 0
    place: Reader | None = None
    for box in walk_boxes(reader, _SIGNATURE_SIZE):
        if box.is_cut:
            draft.warn("truncated", f"the box {box.type!r} is cut short", box.body.base)
        with draft.part("box-damaged", f"the box {box.type!r}", box.body.base):
            if box.type == b"ftyp":
                _name_format(box.body.take(0, 4), draft)
            elif box.type == b"jp2c":
                codestreams += 1
                if codestreams == 1:
                    describe_codestream(box.body, draft)
            elif box.type == b"uuid" and box.body.some(0, 16) == _GEOTIFF:
                place = place or box.body.window(16, box.body.size)
            else:
                _read_box(box, draft)
    if place is not None:
        _add_place(place, draft)
    draft.page_count = max(codestreams, 1)


def _add_place(block: Reader, draft: Draft) -> None:
    """Add what GeoJP2 says of a map's place: the GeoTIFF tags of a picture of one pixel."""
    tags = read_lone_directory(block, IMAGE_TAGS, draft) or {}
    found = {name: value for name, value in tags.items() if name in _MAP_TAGS}
    if found:
        known = draft.exif or Exif()
        draft.exif = replace(known, ifd0={**found, **(known.ifd0 or {})})


def _name_format(brand: bytes, draft: Draft) -> None:
    draft.format, draft.media_type = _FORMATS.get(brand, ("JP2", "image/jp2"))


def _read_box(box: Box, draft: Draft) -> None:
    if box.type == b"jp2h" and draft.width is None:
        read_header(box.body, draft)
    elif box.type == b"xml ":
        data = box.body.some(0, limits.XMP_BYTES)
        if b"rdf:RDF" in data:
            read_xmp(data, draft)
    elif box.type == b"uuid":
        _read_uuid(box.body, draft)


def _read_uuid(body: Reader, draft: Draft) -> None:
    name, rest = body.take(0, 16), body.window(16, body.size)
    if name == _XMP:
        read_xmp(rest.some(0, limits.XMP_BYTES), draft)
    elif name in (_EXIF, _OLD_EXIF):
        read_exif(rest, draft)
    elif name == _IPTC:
        read_iptc(rest, draft)
    elif name == _PHOTOSHOP:
        read_resources(rest, draft)
