"""JPEG XR (ITU-T T.832, annex A: the file format, a TIFF structure with tags of its own)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final

from service.metadata.draft import Draft
from service.metadata.embedded.directory import Directory, TiffBlock, open_block, read_directory
from service.metadata.embedded.exif import collect_exif
from service.metadata.embedded.tag_values import read_number
from service.metadata.formats.raster import describe_compression, describe_samples
from service.metadata.formats.tiff_embedded import read_embedded
from service.metadata.formats.tiff_page import Tags
from service.metadata.model import Resolution
from service.metadata.reader import Reader

_PIXEL_FORMAT, _TRANSFORMATION = 0xBC01, 0xBC02
_WIDTH, _HEIGHT, _ACROSS, _DOWN = 0xBC80, 0xBC81, 0xBC82, 0xBC83
_FORMATS: Final = bytes.fromhex("24c3dd6f034efe4bb1853d77768dc9")
"""All but the last byte of the identifiers of pixel formats (A.7.18)."""
_UNSIGNED, _FLOAT, _FIXED = "unsignedInteger", "float", "signedInteger"
_SAMPLES: Final[Mapping[int, tuple[tuple[int, ...], str | None, bool, str]]] = {
    0x05: ((1,), "Grayscale", False, _UNSIGNED), 0x08: ((8,), "Grayscale", False, _UNSIGNED),
    0x09: ((5, 5, 5), "RGB", False, _UNSIGNED), 0x0A: ((5, 6, 5), "RGB", False, _UNSIGNED),
    0x0B: ((16,), "Grayscale", False, _UNSIGNED), 0x0C: ((8,) * 3, "RGB", False, _UNSIGNED),
    0x0D: ((8,) * 3, "RGB", False, _UNSIGNED), 0x0E: ((8,) * 3, "RGB", False, _UNSIGNED),
    0x0F: ((8,) * 4, "RGB", True, _UNSIGNED), 0x10: ((8,) * 4, "RGB", True, _UNSIGNED),
    0x11: ((32,), "Grayscale", False, _FLOAT), 0x12: ((16,) * 3, "RGB", False, _FIXED),
    0x13: ((16,), "Grayscale", False, _FIXED), 0x14: ((10,) * 3, "RGB", False, _UNSIGNED),
    0x15: ((16,) * 3, "RGB", False, _UNSIGNED), 0x16: ((16,) * 4, "RGB", True, _UNSIGNED),
    0x17: ((16,) * 4, "RGB", True, _UNSIGNED), 0x19: ((32,) * 4, "RGB", True, _FLOAT),
    0x1A: ((32,) * 4, "RGB", True, _FLOAT), 0x1B: ((32,) * 3, "RGB", False, _FLOAT),
    0x1C: ((8,) * 4, "CMYK", False, _UNSIGNED), 0x1F: ((16,) * 4, "CMYK", False, _UNSIGNED),
    0x18: ((32,) * 3, "RGB", False, _FIXED), 0x1D: ((16,) * 4, "RGB", True, _FIXED),
    0x1E: ((32,) * 4, "RGB", True, _FIXED), 0x2C: ((8,) * 5, "CMYK", True, _UNSIGNED),
    0x2D: ((16,) * 5, "CMYK", True, _UNSIGNED), 0x3F: ((32,), "Grayscale", False, _FIXED),
    0x40: ((16,) * 3, "RGB", False, _FIXED), 0x41: ((32,) * 3, "RGB", False, _FIXED),
    0x42: ((16,) * 3, "RGB", False, _FLOAT),
    0x3A: ((16,) * 4, "RGB", True, _FLOAT), 0x3B: ((16,) * 3, "RGB", False, _FLOAT),
    0x3E: ((16,), "Grayscale", False, _FLOAT),
    **{0x20 + n: ((8,) * (3 + n), None, False, _UNSIGNED) for n in range(6)},
    **{0x26 + n: ((16,) * (3 + n), None, False, _UNSIGNED) for n in range(6)},
    **{0x2E + n: ((8,) * (4 + n), None, True, _UNSIGNED) for n in range(6)},
    **{0x34 + n: ((16,) * (4 + n), None, True, _UNSIGNED) for n in range(6)},
}  # fmt: skip
_OTHERS: Final[Mapping[bytes, int]] = {
    bytes.fromhex("2dadc7f58d6add43a7a8a29935261ae9"): 0x0F,
    bytes.fromhex("50a6c43c27a5374da9163142c7ebedba"): 0x10,
    bytes.fromhex("8fd7fee3dbe8cf4a84c1e97f6136b327"): 0x1B,
}
"""Identifiers of their own: 32bppRGBA, 32bppPRGBA and 96bppRGBFloat, as their like above."""
_ORIENTATIONS: Final = (1, 4, 2, 3, 6, 7, 5, 8)
"""EXIF's orientation by SPATIAL_XFRM_PRIMARY (A.7.22): flips, then a quarter turn clockwise."""


def read_jxr(reader: Reader, draft: Draft) -> None:
    """Read the first directory of a JPEG XR file."""
    draft.format, draft.media_type = "JPEG XR", "image/jxr"
    describe_compression(draft, "JPEG XR", lossless=None)
    with draft.part("truncated", "the JPEG XR header"):
        block = open_block(reader)
        directory = read_directory(block, block.first, draft)
        if directory is None:
            return
        tags = Tags(block, directory)
        draft.width, draft.height = tags.number(_WIDTH), tags.number(_HEIGHT)
        turn = tags.number(_TRANSFORMATION)
        if turn is not None and turn < len(_ORIENTATIONS):
            draft.orientation = _ORIENTATIONS[turn]
        _describe_format(block, directory, draft)
        draft.exif = collect_exif(block, directory, None, draft)
        read_embedded(tags, draft)
        across, down = (_read_float(block, directory, tag) for tag in (_ACROSS, _DOWN))
        if across and down:
            draft.resolution = Resolution(across, down, "inch")
    if draft.width is None:
        draft.warn("no-size", "the size of the picture was not found")


def _describe_format(block: TiffBlock, directory: Directory, draft: Draft) -> None:
    entry = directory.find(_PIXEL_FORMAT)
    name = block.reader.some(entry.at, 16) if entry is not None and entry.size == 16 else b""
    code = name[15] if name[:15] == _FORMATS else _OTHERS.get(name)
    if code is not None and code in _SAMPLES:
        bits, model, alpha, kind = _SAMPLES[code]
        describe_samples(draft, bits, model=model, alpha=alpha, sample_format=kind)


def _read_float(block: TiffBlock, directory: Directory, tag: int) -> float | None:
    """Give a positive number of dots an inch, a 32-bit float (A.7.26)."""
    entry = directory.find(tag)
    if entry is None or entry.size != 4 or read_number(block, entry) is not None:
        return None
    (number,) = struct.unpack(block.order + "f", block.reader.take(entry.at, 4))
    return round(number, 6) if 0 < number < 1e9 else None
