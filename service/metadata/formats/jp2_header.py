"""The header boxes of a JPEG 2000 file (ISO/IEC 15444-1, I.5.3; 15444-2, M.11.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from struct import Struct, iter_unpack
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.icc import read_icc
from service.metadata.formats.boxes import walk_boxes
from service.metadata.formats.jp2_codestream import sample_depth
from service.metadata.model import Cicp, Palette, Resolution
from service.metadata.reader import Reader

_IMAGE_HEADER: Final = Struct(">IIHBB")
_RESOLUTION: Final = Struct(">HHHHbb")
_CODE_POINTS: Final = Struct(">HHHB")
_VARIABLE_DEPTH: Final = 255
_GRAY: Final = ("Grayscale", "BlackIsZero")
_RGB: Final = ("RGB", "RGB")
_YCBCR: Final = ("YCbCr", "YCbCr")
_COLOR_SPACES: Final[Mapping[int, tuple[str, str]]] = {
    1: _YCBCR, 3: _YCBCR, 4: _YCBCR, 9: _YCBCR, 12: ("CMYK", "CMYK"), 14: ("Lab", "CIELab"),
    16: _RGB, 17: _GRAY, 18: _YCBCR, 20: _RGB, 21: _RGB, 22: _YCBCR, 24: _YCBCR,
}  # fmt: skip
"""By EnumCS (15444-1, table I.10; 15444-2, table M.25): the colour model and TIFF's name."""
_ICC_SPACES: Final[Mapping[str | None, tuple[str, str]]] = {
    "GRAY": _GRAY, "RGB": _RGB, "YCbr": _YCBCR, "CMYK": ("CMYK", "CMYK"), "Lab": ("Lab", "ICCLab"),
}  # fmt: skip
_COLORS: Final[Mapping[str | None, int]] = {
    "Grayscale": 1, "Palette": 1, "RGB": 3, "YCbCr": 3, "Lab": 3, "CMYK": 4,
}  # fmt: skip
"""Channels of a colour model: where there are no more and no cdef, none is opacity (I.5.3.6)."""
_ALPHA_TYPES: Final = (1, 2)


def read_header(body: Reader, draft: Draft) -> None:
    """Read jp2h into the draft: of each box the first, and of colr also those behind it."""
    seen: set[bytes] = set()
    for box in walk_boxes(body):
        read = _BOXES.get(box.type)
        if read is not None and (box.type == b"colr" or box.type not in seen):
            read(box.body, draft)
        seen.add(box.type)
    if draft.has_alpha is None and draft.samples_per_pixel == _COLORS.get(draft.color_model):
        draft.has_alpha = False


def _read_image_header(body: Reader, draft: Draft) -> None:
    height, width, count, depth, _ = body.unpack(_IMAGE_HEADER, 0)
    draft.width, draft.height, draft.samples_per_pixel = width, height, count
    if depth != _VARIABLE_DEPTH and count <= limits.DIRECTORY_ENTRIES:
        draft.bits_per_sample = (sample_depth(depth),) * count


def _read_depths(body: Reader, draft: Draft) -> None:
    draft.bits_per_sample = tuple(map(sample_depth, body.some(0, limits.DIRECTORY_ENTRIES)))


def _read_color(body: Reader, draft: Draft) -> None:
    """Read colr (I.5.3.3): an enumerated colour space, an ICC profile, or the points of H.273.

    The first that says how the samples are to be understood counts.
    """
    method, space = body.big(0, 1), None
    if method == 1:
        space = _COLOR_SPACES.get(body.big(3, 4))
    elif method in (2, 3) and draft.icc_profile is None:
        read_icc(body.some(3, limits.DECOMPRESSED_BYTES), draft)
        space = _ICC_SPACES.get(draft.icc_profile.color_space) if draft.icc_profile else None
    elif method == 5:
        primaries, transfer, matrix, flags = body.unpack(_CODE_POINTS, 3)
        draft.cicp = draft.cicp or Cicp(primaries, transfer, matrix, bool(flags & 0x80))
    if space is not None and draft.color_model is None:
        draft.color_model, draft.photometric_interpretation = space


def _read_palette(body: Reader, draft: Draft) -> None:
    """Read pclr: the pixels are numbers of colours."""
    entries, columns = body.big(0, 2), body.big(2, 1)
    bits = sum(map(sample_depth, body.take(3, columns)))
    draft.palette = Palette(entries, bits)
    draft.color_model, draft.photometric_interpretation = "Palette", "RGBPalette"


def _read_channels(body: Reader, draft: Draft) -> None:
    """Read cdef: a channel of type 1 or 2 is opacity."""
    data = body.some(2, 6 * min(body.big(0, 2), limits.DIRECTORY_ENTRIES))
    channels = iter_unpack(">HHH", data[: len(data) // 6 * 6])
    draft.has_alpha = any(kind in _ALPHA_TYPES for _, kind, _ in channels)


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


_BOXES: Final[Mapping[bytes, Callable[[Reader, Draft], None]]] = {
    b"ihdr": _read_image_header,
    b"bpcc": _read_depths,
    b"colr": _read_color,
    b"pclr": _read_palette,
    b"cdef": _read_channels,
    b"res ": _read_resolution,
}
