"""The headers of a JPEG XL codestream (ISO/IEC 18181-1, annexes A and D)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from service.metadata.formats.bits import BitReader

_RATIOS: Final = {
    1: Fraction(1, 1), 2: Fraction(12, 10), 3: Fraction(4, 3), 4: Fraction(3, 2),
    5: Fraction(16, 9), 6: Fraction(5, 4), 7: Fraction(2, 1),
}  # fmt: skip
_ENUM: Final = ((0, 0), (1, 0), (2, 4), (18, 6))
_ALPHA: Final = 0
_SPOT_COLOR: Final = 2
_CFA: Final = 5
_GREY: Final = 1
_XYB: Final = 2
_CUSTOM: Final = 2
_PRIMARIES: Final = {(1, 1): 1, (9, 1): 9, (11, 1): 12, (11, 11): 11}
"""H.273's primaries by those of the codestream and its white point: D65 (1) or DCI (11)."""


@dataclass(frozen=True, slots=True)
class Depth:
    """The bits of a sample, and whether it is a floating-point number."""

    bits: int = 8
    is_float: bool = False


@dataclass(frozen=True, slots=True)
class Ticks:
    """An animation's clock, in ticks a second, and its loops; 0 is for ever."""

    numerator: int
    denominator: int
    loops: int
    has_timecodes: bool = False


@dataclass(frozen=True, slots=True)
class Colors:
    """The colour encoding: H.273's numbers, or a gamma, or an ICC profile instead of all."""

    is_grey: bool = False
    primaries: int | None = 1
    transfer: int | None = 13
    gamma: float | None = None
    has_profile: bool = False
    is_default: bool = True


@dataclass(frozen=True, slots=True)
class Header:
    """What the image header says; the size is that before `orientation` is applied."""

    width: int
    height: int
    orientation: int = 1
    intrinsic_size: tuple[int, int] | None = None
    ticks: Ticks | None = None
    depth: Depth = Depth()
    extra_channels: tuple[int, ...] = ()
    is_xyb: bool = True
    colors: Colors | None = Colors()
    has_preview: bool = False
    has_extra: bool = False

    @property
    def has_alpha(self) -> bool:
        """Whether one of the extra channels is alpha."""
        return _ALPHA in self.extra_channels


@dataclass(frozen=True, slots=True)
class _Extra:
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


def read_header(bits: BitReader, size: tuple[int, int]) -> Header:
    """Read ImageMetadata behind the size, as far as the colour encoding."""
    width, height = size
    if bits.flag():
        return Header(width, height)
    has_extra = bits.flag()
    extra = _read_extra(bits) if has_extra else _Extra()
    depth = _read_depth(bits)
    bits.flag()
    count = bits.choose((0, 0), (1, 0), (2, 4), (1, 12))
    channels = tuple(_read_channel(bits) for _ in range(count))
    is_xyb = bits.flag()
    return Header(
        width,
        height,
        orientation=extra.orientation,
        intrinsic_size=extra.intrinsic_size,
        ticks=extra.ticks,
        depth=depth,
        extra_channels=channels,
        is_xyb=is_xyb,
        colors=_read_colors(bits),
        has_preview=extra.has_preview,
        has_extra=has_extra,
    )


def skip_to_frames(bits: BitReader, header: Header) -> bool:
    """Pass over what is between the colours and the first frame; False where that is coded.

    That is, where there is an ICC profile or a preview in front of the frames.
    """
    if header.has_preview or (header.colors is not None and header.colors.has_profile):
        return False
    if header.colors is not None and not header.colors.is_default:
        bits.choose(*_ENUM)
    if header.has_extra and not bits.flag():
        bits.skip(3 * 16 + 1)
    bits.skip_extensions()
    if not bits.flag():
        if header.is_xyb and not bits.flag():
            bits.skip(16 * 16)
        custom = bits.take(3)
        bits.skip(16 * sum(size for bit, size in enumerate((15, 55, 210)) if custom >> bit & 1))
    bits.align()
    return True


def _read_extra(bits: BitReader) -> _Extra:
    orientation = 1 + bits.take(3)
    intrinsic = read_size(bits) if bits.flag() else None
    has_preview = bits.flag()
    if has_preview:
        _skip_preview(bits)
    ticks = _read_ticks(bits) if bits.flag() else None
    return _Extra(orientation, intrinsic, ticks, has_preview)


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


def _read_depth(bits: BitReader) -> Depth:
    if not bits.flag():
        return Depth(bits.choose((8, 0), (10, 0), (12, 0), (1, 6)))
    depth = bits.choose((32, 0), (16, 0), (24, 0), (1, 6))
    bits.take(4)
    return Depth(depth, is_float=True)


def _read_channel(bits: BitReader) -> int:
    """Read ExtraChannelInfo and give the channel's type."""
    if bits.flag():
        return _ALPHA
    kind = bits.choose(*_ENUM)
    _read_depth(bits)
    bits.choose((0, 0), (3, 0), (4, 0), (1, 3))
    bits.take(8 * bits.choose((0, 0), (0, 4), (16, 5), (48, 10)))
    if kind == _ALPHA:
        bits.flag()
    elif kind == _SPOT_COLOR:
        bits.take(4 * 16)
    elif kind == _CFA:
        bits.choose((1, 0), (0, 2), (3, 4), (19, 8))
    return kind


def _read_colors(bits: BitReader) -> Colors:
    """Read ColourEncoding (D.3.5)."""
    if bits.flag():
        return Colors()
    has_profile = bits.flag()
    space = bits.choose(*_ENUM)
    is_grey = space == _GREY
    if has_profile or space == _XYB:
        return Colors(is_grey, None, None, has_profile=has_profile, is_default=False)
    primaries: int | None = None
    white = bits.choose(*_ENUM)
    if white == _CUSTOM:
        _skip_points(bits, 1)
    if not is_grey:
        primaries = bits.choose(*_ENUM)
        if primaries == _CUSTOM:
            _skip_points(bits, 3)
        primaries = _PRIMARIES.get((primaries, white))
    if bits.flag():
        return Colors(is_grey, primaries, None, gamma=bits.take(24) / 1e7, is_default=False)
    return Colors(is_grey, primaries, bits.choose(*_ENUM), is_default=False)


def _skip_points(bits: BitReader, count: int) -> None:
    for _ in range(2 * count):
        bits.choose((0, 19), (524_288, 19), (1_048_576, 20), (2_097_152, 21))
