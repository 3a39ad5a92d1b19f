"""The colour encoding of a JPEG XL codestream (ISO/IEC 18181-1, D.3.5)."""

from __future__ import annotations

from typing import Final

from service.metadata.formats.bits import BitReader
from service.metadata.record import Record

ENUM: Final = ((0, 0), (1, 0), (2, 4), (18, 6))
"""The forms of a number that stands for a name."""
_GREY: Final = 1
_XYB: Final = 2
_CUSTOM: Final = 2
_PRIMARIES: Final = {(1, 1): 1, (9, 1): 9, (11, 1): 12, (11, 11): 11}
"""H.273's primaries by those of the codestream and its white point: D65 (1) or DCI (11)."""


class Colors(Record):
    """The colour encoding: H.273's numbers, or a gamma, or an ICC profile instead of all."""

    is_grey: bool = False
    primaries: int | None = 1
    transfer: int | None = 13
    gamma: float | None = None
    has_profile: bool = False
    is_default: bool = True


USUAL: Final = Colors()
"""sRGB."""


def read_colors(bits: BitReader) -> Colors:
    """Read ColourEncoding."""
    if bits.flag():
        return USUAL
    has_profile = bits.flag()
    space = bits.choose(*ENUM)
    is_grey = space == _GREY
    if has_profile or space == _XYB:
        return Colors(is_grey, None, None, has_profile=has_profile, is_default=False)
    primaries: int | None = None
    white = bits.choose(*ENUM)
    if white == _CUSTOM:
        _skip_points(bits, 1)
    if not is_grey:
        primaries = bits.choose(*ENUM)
        if primaries == _CUSTOM:
            _skip_points(bits, 3)
        primaries = _PRIMARIES.get((primaries, white))
    if bits.flag():
        return Colors(is_grey, primaries, None, gamma=bits.take(24) / 1e7, is_default=False)
    return Colors(is_grey, primaries, bits.choose(*ENUM), is_default=False)


def _skip_points(bits: BitReader, count: int) -> None:
    for _ in range(2 * count):
        bits.choose((0, 19), (524_288, 19), (1_048_576, 20), (2_097_152, 21))
