"""PSD and PSB: Adobe Photoshop files (Adobe Photoshop File Formats Specification)."""

from __future__ import annotations

from struct import Struct
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.photoshop import read_resources
from service.metadata.encodings import Encoding, PsdEncoding
from service.metadata.model import Palette
from service.metadata.reader import Reader

_HEADER: Final = Struct(">4sH6xHIIHH")
_LARGE: Final = 2
_MODES: Final = {
    0: ("Bitmap", "Grayscale", "WhiteIsZero", 1),
    1: ("Grayscale", "Grayscale", "BlackIsZero", 1),
    2: ("Indexed", "Palette", "RGBPalette", 1),
    3: ("RGB", "RGB", "RGB", 3),
    4: ("CMYK", "CMYK", "CMYK", 4),
    7: ("Multichannel", None, None, 0),
    8: ("Duotone", "Grayscale", "BlackIsZero", 1),
    9: ("Lab", "Lab", "CIELab", 3),
}
"""By number: Adobe's name, the colour model, TIFF's name, and the colour channels."""
_BLOCKS: Final = (b"8BIM", b"8B64")
_DEEP_LAYERS: Final = (b"Lr16", b"Lr32", b"Layr")
_LARGE_BLOCKS: Final = frozenset({
    b"LMsk", b"Lr16", b"Lr32", b"Layr", b"Mt16", b"Mt32", b"Mtrn", b"Alph", b"FMsk", b"lnk2",
    b"FEid", b"FXid", b"PxSD",
})  # fmt: skip
"""Blocks whose length has eight bytes in a PSB file (Additional Layer Information)."""
_COMPRESSIONS: Final = {
    0: "Uncompressed",
    1: "PackBits",
    2: "Deflate",
    3: "Deflate with prediction",
}


def read_psd(reader: Reader, draft: Draft) -> None:
    """Read a Photoshop file: the header, the image resources, and the merged picture's coding."""
    draft.format, draft.media_type = "PSD", "image/vnd.adobe.photoshop"
    draft.encoding = Encoding(psd=PsdEncoding())
    with draft.part("truncated", "the Photoshop file"):
        _, version, channels, height, width, depth, mode = reader.unpack(_HEADER, 0)
        is_large = version == _LARGE
        draft.format = "PSB" if is_large else "PSD"
        draft.format_version = str(version)
        draft.width, draft.height = width, height
        _describe_samples(channels, depth=depth, mode=mode, draft=draft)
        name = _MODES[mode][0] if mode in _MODES else None
        draft.encoding = Encoding(psd=PsdEncoding(color_mode=name, channels=channels))
        colors = reader.big(26, 4)
        resources = 30 + colors
        size = reader.big(resources, 4)
        read_resources(reader.window(resources + 4, size), draft)
        _read_layers(reader, resources + 4 + size, is_large=is_large, draft=draft)


def _describe_samples(channels: int, *, depth: int, mode: int, draft: Draft) -> None:
    draft.bits_per_sample, draft.samples_per_pixel = (depth,) * min(channels, 56), channels
    draft.sample_format = "float" if depth == 32 else "unsignedInteger"
    if mode not in _MODES:
        draft.warn("color-mode", f"the colour mode {mode} is unknown")
        return
    _, draft.color_model, draft.photometric_interpretation, colors = _MODES[mode]
    if draft.color_model == "Palette":
        draft.palette = Palette(256, 24)
    if colors:
        draft.has_alpha = channels > colors


def _count_layers(section: Reader, *, is_large: bool) -> int:
    """Give the layers; those of 16 and 32 bits a sample are in a block behind the global mask."""
    width = 8 if is_large else 4
    if section.size < width + 2:
        return 0
    size = section.big(0, width)
    if size:
        return _read_count(section, width)
    at = width + 4 + section.big(width, 4)
    for _ in range(limits.CHUNKS):
        head = section.some(at, 8)
        if head[:4] not in _BLOCKS:
            return 0
        name = head[4:]
        width = 8 if is_large and name in _LARGE_BLOCKS else 4
        if name in _DEEP_LAYERS:
            return _read_count(section, at + 8 + width)
        at += 8 + width + (section.big(at + 8, width) + 3) // 4 * 4
    return 0


def _read_count(section: Reader, at: int) -> int:
    """Read a number of layers: a negative one says that the merged picture has alpha."""
    count = section.big(at, 2)
    return count if count < 0x8000 else 0x10000 - count


def _read_layers(reader: Reader, offset: int, *, is_large: bool, draft: Draft) -> None:
    """Read how many layers there are, and behind them how the merged picture is compressed."""
    width = 8 if is_large else 4
    size = reader.big(offset, width)
    start = offset + width
    layers = _count_layers(reader.window(start, size), is_large=is_large)
    code = reader.big(start + size, 2)
    details = draft.encoding.psd or PsdEncoding()
    draft.encoding = Encoding(
        compression=_COMPRESSIONS.get(code),
        lossless=True if code in _COMPRESSIONS else None,
        psd=PsdEncoding(details.color_mode, details.channels, layers),
    )
