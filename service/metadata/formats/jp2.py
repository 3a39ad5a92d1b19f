"""JPEG 2000: JP2 and its relatives (ISO/IEC 15444-1, annex I), and the codestream alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from struct import Struct
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.exif import read_exif
from service.metadata.embedded.icc import read_icc
from service.metadata.embedded.iptc import read_iptc
from service.metadata.embedded.xmp import read_xmp
from service.metadata.encodings import Encoding
from service.metadata.formats.boxes import Box, walk_boxes
from service.metadata.formats.jp2_codestream import describe_codestream, sample_depth
from service.metadata.model import Palette, Resolution
from service.metadata.reader import Reader

_SIGNATURE_SIZE: Final = 12
_IMAGE_HEADER: Final = Struct(">IIHBB")
_RESOLUTION: Final = Struct(">HHHHbb")
_VARIABLE_DEPTH: Final = 255
_COLOR_SPACES: Final = {
    12: ("CMYK", "CMYK"),
    14: ("Lab", "CIELab"),
    16: ("RGB", "RGB"),
    17: ("Grayscale", "BlackIsZero"),
    18: ("YCbCr", "YCbCr"),
}
_COLORS: Final[Mapping[str | None, int]] = {
    "Grayscale": 1, "Palette": 1, "RGB": 3, "YCbCr": 3, "Lab": 3, "CMYK": 4,
}  # fmt: skip
"""Channels of a colour model: where there are no more and no cdef, none is opacity (I.5.3.6)."""
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
_ALPHA_TYPES: Final = (1, 2)


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
            else:
                _read_box(box, draft)
    draft.page_count = max(codestreams, 1)


def _name_format(brand: bytes, draft: Draft) -> None:
    draft.format, draft.media_type = _FORMATS.get(brand, ("JP2", "image/jp2"))


def _read_box(box: Box, draft: Draft) -> None:
    if box.type == b"jp2h":
        for inner in walk_boxes(box.body):
            read = _HEADER_BOXES.get(inner.type)
            if read is not None:
                read(inner.body, draft)
        if draft.has_alpha is None and draft.samples_per_pixel == _COLORS.get(draft.color_model):
            draft.has_alpha = False
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
    elif name == _EXIF:
        read_exif(rest, draft)
    elif name == _IPTC:
        read_iptc(rest, draft)


def _read_image_header(body: Reader, draft: Draft) -> None:
    height, width, count, depth, _ = body.unpack(_IMAGE_HEADER, 0)
    draft.width, draft.height, draft.samples_per_pixel = width, height, count
    if depth != _VARIABLE_DEPTH and count <= limits.DIRECTORY_ENTRIES:
        draft.bits_per_sample = (sample_depth(depth),) * count


def _read_depths(body: Reader, draft: Draft) -> None:
    draft.bits_per_sample = tuple(map(sample_depth, body.some(0, limits.DIRECTORY_ENTRIES)))


def _read_color(body: Reader, draft: Draft) -> None:
    """Read colr (I.5.3.3): an enumerated colour space, or an ICC profile; the first counts."""
    method = body.big(0, 1)
    if method == 1 and draft.color_model is None:
        model, photometric = _COLOR_SPACES.get(body.big(3, 4), (None, None))
        draft.color_model, draft.photometric_interpretation = model, photometric
    elif method in (2, 3):
        read_icc(body.some(3, body.size), draft)


def _read_palette(body: Reader, draft: Draft) -> None:
    """Read pclr: the pixels are numbers of colours."""
    entries, columns = body.big(0, 2), body.big(2, 1)
    bits = sum(map(sample_depth, body.take(3, columns)))
    draft.palette = Palette(entries, bits)
    draft.color_model, draft.photometric_interpretation = "Palette", "RGBPalette"


def _read_channels(body: Reader, draft: Draft) -> None:
    """Read cdef: a channel of type 1 or 2 is opacity."""
    kinds = [body.big(4 + 6 * index, 2) for index in range(body.big(0, 2))]
    draft.has_alpha = any(kind in _ALPHA_TYPES for kind in kinds)


def _read_resolution(body: Reader, draft: Draft) -> None:
    """Read res: that of capture, or else that of display, in samples a metre."""
    boxes = {box.type: box.body for box in walk_boxes(body)}
    found = boxes.get(b"resc") or boxes.get(b"resd")
    if found is None:
        return
    down, down_unit, across, across_unit, down_power, across_power = found.unpack(_RESOLUTION, 0)
    if down and down_unit and across and across_unit:
        draft.resolution = Resolution(
            round(across / across_unit * 10.0**across_power, 6),
            round(down / down_unit * 10.0**down_power, 6),
            "m",
        )


_HEADER_BOXES: Final[Mapping[bytes, Callable[[Reader, Draft], None]]] = {
    b"ihdr": _read_image_header,
    b"bpcc": _read_depths,
    b"colr": _read_color,
    b"pclr": _read_palette,
    b"cdef": _read_channels,
    b"res ": _read_resolution,
}
