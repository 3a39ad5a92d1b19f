"""The size of a JPEG XL picture, and fields that few headers have (ISO/IEC 18181-1, annex D)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from service.metadata.formats.bits import BitReader
from service.metadata.record import Record

_RATIOS: Final = {
    1: Fraction(1, 1), 2: Fraction(12, 10), 3: Fraction(4, 3), 4: Fraction(3, 2),
    5: Fraction(16, 9), 6: Fraction(5, 4), 7: Fraction(2, 1),
}  # fmt: skip


class Ticks(Record):
    """An animation's clock, in ticks a second, and its loops; 0 is for ever."""

    numerator: int
    denominator: int
    loops: int
    has_timecodes: bool = False


class Extra(Record):
    """The fields that a header has only where it says so."""

    orientation: int = 1
    intrinsic_size: tuple[int, int] | None = None
    ticks: Ticks | None = None
    has_preview: bool = False


def read_size(bits: BitReader) -> tuple[int, int]:
    """Read SizeHeader: (width, height)."""
    is_small = bits.flag()
    height = _read_side(bits, is_small=is_small)
    ratio = bits.take(3)
    if ratio:
        return int(height * _RATIOS[ratio]), height
    return _read_side(bits, is_small=is_small), height


def _read_side(bits: BitReader, *, is_small: bool) -> int:
    if is_small:
        return 8 * (1 + bits.take(5))
    return bits.choose((1, 9), (1, 13), (1, 18), (1, 30))


def read_extra(bits: BitReader) -> Extra:
    """Read the orientation, the intrinsic size, the preview's size, and the clock."""
    orientation = 1 + bits.take(3)
    intrinsic = read_size(bits) if bits.flag() else None
    has_preview = bits.flag()
    if has_preview:
        _skip_preview(bits)
    ticks = _read_ticks(bits) if bits.flag() else None
    return Extra(orientation, intrinsic, ticks, has_preview)


def _skip_preview(bits: BitReader) -> None:
    is_eighth = bits.flag()
    _skip_preview_side(bits, is_eighth=is_eighth)
    if bits.take(3) == 0:
        _skip_preview_side(bits, is_eighth=is_eighth)


def _skip_preview_side(bits: BitReader, *, is_eighth: bool) -> None:
    if is_eighth:
        bits.choose((16, 0), (32, 0), (1, 5), (33, 9))
    else:
        bits.choose((1, 6), (65, 8), (321, 10), (1345, 12))


def _read_ticks(bits: BitReader) -> Ticks:
    numerator = bits.choose((100, 0), (1000, 0), (1, 10), (1, 30))
    denominator = bits.choose((1, 0), (1001, 0), (1, 8), (1, 10))
    loops = bits.choose((0, 0), (0, 3), (0, 16), (0, 32))
    return Ticks(numerator, denominator, loops, has_timecodes=bits.flag())
