"""The image header of a JPEG XL codestream (ISO/IEC 18181-1, annex D)."""

from __future__ import annotations

from typing import Final

from service.metadata.formats.bits import BitReader
from service.metadata.formats.jxl_colors import ENUM, USUAL, Colors, read_colors
from service.metadata.formats.jxl_extra import Extra, Ticks, read_extra
from service.metadata.record import Record

_ALPHA: Final = 0
_SPOT_COLOR: Final = 2
_BLACK: Final = 4
_CFA: Final = 5


class Depth(Record):
    """The bits of a sample, and whether it is a floating-point number."""

    bits: int = 8
    is_float: bool = False


class Channel(Record):
    """An extra channel: what it is, and its own samples."""

    kind: int = _ALPHA
    depth: Depth = Depth()


class Header(Record):
    """What the image header says; the size is that before `orientation` is applied."""

    width: int
    height: int
    orientation: int = 1
    intrinsic_size: tuple[int, int] | None = None
    ticks: Ticks | None = None
    depth: Depth = Depth()
    extra_channels: tuple[Channel, ...] = ()
    is_xyb: bool = True
    colors: Colors | None = USUAL
    has_preview: bool = False
    has_extra: bool = False

    @property
    def alpha(self) -> Channel | None:
        """The first of the extra channels that is alpha."""
        return self._find(_ALPHA)

    @property
    def black(self) -> Channel | None:
        """The extra channel that makes CMYK of the colours."""
        return self._find(_BLACK)

    def _find(self, kind: int) -> Channel | None:
        return next((one for one in self.extra_channels if one.kind == kind), None)


def read_header(bits: BitReader, size: tuple[int, int]) -> Header:
    """Read ImageMetadata behind the size, as far as the colour encoding."""
    width, height = size
    if bits.flag():
        return Header(width, height)
    has_extra = bits.flag()
    extra = read_extra(bits) if has_extra else Extra()
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
        colors=read_colors(bits),
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
        bits.choose(*ENUM)
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


def _read_depth(bits: BitReader) -> Depth:
    if not bits.flag():
        return Depth(bits.choose((8, 0), (10, 0), (12, 0), (1, 6)))
    depth = bits.choose((32, 0), (16, 0), (24, 0), (1, 6))
    bits.take(4)
    return Depth(depth, is_float=True)


def _read_channel(bits: BitReader) -> Channel:
    """Read ExtraChannelInfo: by default alpha of eight bits."""
    if bits.flag():
        return Channel()
    kind = bits.choose(*ENUM)
    depth = _read_depth(bits)
    bits.choose((0, 0), (3, 0), (4, 0), (1, 3))
    bits.take(8 * bits.choose((0, 0), (0, 4), (16, 5), (48, 10)))
    if kind == _ALPHA:
        bits.flag()
    elif kind == _SPOT_COLOR:
        bits.take(4 * 16)
    elif kind == _CFA:
        bits.choose((1, 0), (0, 2), (3, 4), (19, 8))
    return Channel(kind, depth)
