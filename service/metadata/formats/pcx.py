"""PCX (ZSoft, "PCX Technical Reference Manual", revision 5)."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Final

from service.metadata.draft import Draft
from service.metadata.formats.raster import describe_compression, describe_samples
from service.metadata.model import Palette, Resolution
from service.metadata.reader import Reader

_HEADER: Final = Struct("<BBBBHHHHHH48xBBH")
_VERSIONS: Final = (0, 2, 3, 4, 5)
_EIGHT_PLANES: Final[Mapping[int, tuple[str, bool]]] = {3: ("RGB", False), 4: ("RGB", True)}


def is_pcx(head: bytes) -> bool:
    """Tell whether a header, whose signature is one byte, is plausible."""
    if len(head) < _HEADER.size or head[1] not in _VERSIONS or head[2] > 1:
        return False
    _, _, _, bits, left, top, right, bottom, _, _, _, planes, row = _HEADER.unpack_from(head)
    # A row is as long as its bits, but a file is known that has eight times as many as fit.
    fits = left <= right and top <= bottom and row * 8 > right - left
    return bits in (1, 2, 4, 8) and 1 <= planes <= 4 and fits


def read_pcx(reader: Reader, draft: Draft) -> None:
    """Read a PCX header of 128 bytes: a window whose both corners are inside."""
    draft.format, draft.media_type = "PCX", "image/x-pcx"
    with draft.part("truncated", "the header"):
        _, version, packing, bits, left, top, right, bottom, across, down, _, planes, _ = (
            reader.unpack(_HEADER, 0)
        )
        draft.format_version = str(version)
        draft.width, draft.height = right - left + 1, bottom - top + 1
        describe_compression(draft, "RLE" if packing else "Uncompressed", lossless=True)
        if across and down:
            draft.resolution = Resolution(across, down, "inch")
        if bits == 8 and planes in _EIGHT_PLANES:
            model, alpha = _EIGHT_PLANES[planes]
            describe_samples(draft, (8,) * planes, model=model, alpha=alpha)
        elif bits * planes == 1:
            describe_samples(draft, (1,), model="Grayscale", alpha=False)
        else:
            draft.palette = Palette(1 << min(bits * planes, 8), 24)
            describe_samples(draft, (bits * planes,), model="Palette", alpha=False)
