"""DDS, DirectDraw surfaces (Microsoft: DDS_HEADER, DDS_PIXELFORMAT, DDS_HEADER_DXT10)."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Final

from service.metadata.draft import Draft
from service.metadata.formats.raster import describe_compression, describe_samples
from service.metadata.reader import Reader

_SIZE: Final = Struct("<II")
_PIXELS: Final = Struct("<II4sIIIII")
_PIXELS_AT: Final = 76
_EXTENDED_AT: Final = 128
_FOURCC, _ALPHA, _RGB, _LUMINANCE = 0x4, 0x3, 0x40, 0x20000
_BY_FOURCC: Final[Mapping[bytes, str]] = {
    b"DXT1": "DXT1", b"DXT2": "DXT2", b"DXT3": "DXT3", b"DXT4": "DXT4", b"DXT5": "DXT5",
    b"ATI1": "BC4", b"BC4U": "BC4", b"BC4S": "BC4", b"ATI2": "BC5", b"BC5U": "BC5", b"BC5S": "BC5",
}  # fmt: skip
_BLOCKS: Final = (
    (range(70, 73), "DXT1"), (range(73, 76), "DXT3"), (range(76, 79), "DXT5"),
    (range(79, 82), "BC4"), (range(82, 85), "BC5"), (range(94, 97), "BC6H"),
    (range(97, 100), "BC7"),
)  # fmt: skip
_PLAIN: Final[Mapping[int, tuple[tuple[int, ...], str, bool, str]]] = {
    2: ((32,) * 4, "RGB", True, "float"), 6: ((32,) * 3, "RGB", False, "float"),
    10: ((16,) * 4, "RGB", True, "float"), 11: ((16,) * 4, "RGB", True, "unsignedInteger"),
    24: ((10, 10, 10, 2), "RGB", True, "unsignedInteger"),
    28: ((8,) * 4, "RGB", True, "unsignedInteger"), 29: ((8,) * 4, "RGB", True, "unsignedInteger"),
    85: ((5, 6, 5), "RGB", False, "unsignedInteger"),
    86: ((5, 5, 5, 1), "RGB", True, "unsignedInteger"),
    87: ((8,) * 4, "RGB", True, "unsignedInteger"), 91: ((8,) * 4, "RGB", True, "unsignedInteger"),
    88: ((8,) * 3, "RGB", False, "unsignedInteger"),
    93: ((8,) * 3, "RGB", False, "unsignedInteger"),
}  # fmt: skip
"""DXGI_FORMAT: bits, colour model, alpha, format."""
_SAMPLES: Final[Mapping[str, tuple[int, bool]]] = {
    "BC4": (1, False), "BC5": (2, False), "BC6H": (3, False),
}  # fmt: skip
"""Samples that a block format has, and whether one is alpha; four with alpha are common."""


def read_dds(reader: Reader, draft: Draft) -> None:
    """Read a DDS header: the size is that of the largest level."""
    draft.format, draft.media_type = "DDS", "image/vnd.ms-dds"
    draft.height, draft.width = reader.unpack(_SIZE, 12)
    _, flags, code, depth, *masks = reader.unpack(_PIXELS, _PIXELS_AT)
    if not flags & _FOURCC:
        _describe_masks(flags, masks, depth=depth, draft=draft)
        return
    number = reader.little(_EXTENDED_AT, 4) if code == b"DX10" else None
    name = _BY_FOURCC.get(code)
    if number is not None:
        name = next((name for numbers, name in _BLOCKS if number in numbers), None)
    if name is not None:
        _describe_blocks(name, draft)
    elif number is not None and number in _PLAIN:
        bits, model, alpha, kind = _PLAIN[number]
        describe_samples(draft, bits, model=model, alpha=alpha, sample_format=kind)
        describe_compression(draft, "Uncompressed", lossless=True)


def _describe_blocks(name: str, draft: Draft) -> None:
    describe_compression(draft, name, lossless=False)
    samples, alpha = _SAMPLES.get(name, (4, True))
    model = {1: "Grayscale", 2: None}.get(samples, "RGB")
    half = name == "BC6H"
    describe_samples(
        draft, (16 if half else 8,) * samples, model=model, alpha=alpha,
        sample_format="float" if half else "unsignedInteger",
    )  # fmt: skip


def _describe_masks(flags: int, masks: list[int], *, depth: int, draft: Draft) -> None:
    """Describe plain pixels by the bits that masks name."""
    describe_compression(draft, "Uncompressed", lossless=True)
    alpha = bool(flags & _ALPHA) and masks[3] != 0
    colors = masks[:1] if flags & _LUMINANCE else masks[:3] if flags & _RGB else []
    bits = [mask.bit_count() for mask in colors] + ([masks[3].bit_count()] if alpha else [])
    if colors and depth <= 32 and all(bits):
        model = "Grayscale" if flags & _LUMINANCE else "RGB"
        describe_samples(draft, tuple(bits), model=model, alpha=alpha)
