"""The frames of a JPEG XL animation: headers and tables of contents (ISO/IEC 18181-1, annex F).

Nothing is decoded. Where a table is permuted, which only the entropy decoder could read, the frames
are not counted.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from service.metadata.formats.bits import BitReader, Choice
from service.metadata.formats.jxl_header import Header
from service.metadata.reader import Reader

_MOST_FRAMES: Final = 16_384
_MOST_ENTRIES: Final = 4096
"""Sections of one frame: pictures of more than 16384 x 16384 pixels are not counted."""
_HEADER_BYTES: Final = 2048
_REGULAR, _LF, _REFERENCE, _SKIP = range(4)
_USES_LF_FRAME: Final = 32
_REPLACE, _BLEND, _WEIGHTED, _MULTIPLY = 0, 2, 3, 4
_FOUR: Final[tuple[Choice, ...]] = ((0, 0), (1, 0), (2, 0), (3, 0))
_POWERS: Final[tuple[Choice, ...]] = ((1, 0), (2, 0), (4, 0), (8, 0))
_SIDE: Final[tuple[Choice, ...]] = ((0, 8), (256, 11), (2304, 14), (18_688, 30))
_NAME: Final[tuple[Choice, ...]] = ((0, 0), (0, 4), (16, 5), (48, 10))
_SECTION: Final[tuple[Choice, ...]] = ((0, 10), (1024, 14), (17_408, 22), (4_211_712, 30))


class Frame(NamedTuple):
    """What a frame's header says: `ticks` it is shown for, its kind, and its sections."""

    kind: int
    ticks: int
    is_last: bool
    sections: int


def read_durations(stream: Reader, offset: int, header: Header) -> tuple[int, ...] | None:
    """Give how many ticks each picture is shown, from the first frame at `offset`, or None.

    Frames of no duration are layers of the picture that follows. Raises `OutOfBounds`.
    """
    found: list[int] = []
    for _ in range(_MOST_FRAMES):
        bits = BitReader(stream.some(offset, _HEADER_BYTES), base=stream.base + offset)
        frame = _read_frame(bits, header)
        if frame.sections > _MOST_ENTRIES or bits.flag():
            return None
        bits.align()
        at = offset + bits.position // 8
        table = BitReader(stream.some(at, 4 * frame.sections), base=stream.base + at)
        size = sum(table.choose(*_SECTION) for _ in range(frame.sections))
        table.align()
        offset = at + table.position // 8 + size
        is_picture = frame.kind in (_REGULAR, _SKIP)
        if is_picture and (frame.ticks or frame.is_last):
            found.append(frame.ticks)
        if frame.is_last:
            return tuple(found)
    return None


def _read_frame(bits: BitReader, header: Header) -> Frame:
    """Read FrameHeader (F.2) as far as its end, where the table of contents begins."""
    if bits.flag():
        sections = _count_sections(header.width, header.height, shift=1, passes=1)
        return Frame(_REGULAR, 0, is_last=True, sections=sections)
    extra = len(header.extra_channels)
    kind, is_modular, flags = bits.take(2), bits.flag(), bits.number()
    is_ycbcr = not header.is_xyb and bits.flag()
    uses_lf = bool(flags & _USES_LF_FRAME)
    subsampling = tuple(bits.take(2) for _ in range(3)) if is_ycbcr and not uses_lf else ()
    upsampling = 1 if uses_lf else bits.choose(*_POWERS)
    for _ in range(0 if uses_lf else extra):
        bits.choose(*_POWERS)
    shift = bits.take(2) if is_modular else 1
    if header.is_xyb and not is_modular:
        bits.take(6)
    passes = _read_passes(bits) if kind != _REFERENCE else 1
    level = 1 + bits.take(2) if kind == _LF else 0
    width, height, is_partial = _read_size(bits, kind, header)
    ticks, is_last, mode = 0, False, _REPLACE
    if kind in (_REGULAR, _SKIP):
        mode = _read_blending(bits, extra, is_partial=is_partial)
        for _ in range(extra):
            _read_blending(bits, extra, is_partial=is_partial)
        ticks = _read_ticks(bits, header)
        is_last = bits.flag()
    reference = bits.take(2) if kind != _LF and not is_last else 0
    is_kept = not is_last and (ticks == 0 or reference != 0)
    is_plain = kind in (_REGULAR, _SKIP) and is_kept and mode == _REPLACE and not is_partial
    if is_plain or kind == _REFERENCE:
        bits.flag()
    bits.skip(8 * bits.choose(*_NAME))
    _skip_filter(bits, is_modular=is_modular)
    bits.skip_extensions()
    scale = upsampling << 3 * level
    widest = 3 if any(subsampling) else 0
    sections = _count_sections(
        -(-width // scale), -(-height // scale), shift=shift, passes=passes, align=widest
    )
    return Frame(kind, ticks, is_last, sections)


def _read_passes(bits: BitReader) -> int:
    passes = bits.choose((1, 0), (2, 0), (3, 0), (4, 3))
    if passes > 1:
        levels = bits.choose((0, 0), (1, 0), (2, 0), (3, 1))
        bits.skip(2 * (passes - 1))
        for _ in range(levels):
            bits.choose(*_POWERS)
        for _ in range(levels):
            bits.choose((0, 0), (1, 0), (2, 0), (0, 3))
    return passes


def _read_size(bits: BitReader, kind: int, header: Header) -> tuple[int, int, bool]:
    """Give (width, height) of a frame, and whether it leaves some of the picture uncovered."""
    if kind == _LF or not bits.flag():
        return header.width, header.height, False
    left = top = 0
    if kind != _REFERENCE:
        left, top = (_signed(bits.choose(*_SIDE)) for _ in range(2))
    width, height = bits.choose(*_SIDE), bits.choose(*_SIDE)
    covers = left <= 0 and top <= 0 and left + width >= header.width
    return width, height, not (covers and top + height >= header.height)


def _signed(number: int) -> int:
    return -(number + 1) // 2 if number & 1 else number // 2


def _read_blending(bits: BitReader, extra: int, *, is_partial: bool) -> int:
    mode = bits.choose((0, 0), (1, 0), (2, 0), (3, 2))
    uses_alpha = extra > 0 and mode in (_BLEND, _WEIGHTED)
    if uses_alpha:
        bits.choose((0, 0), (1, 0), (2, 0), (3, 3))
    if uses_alpha or mode == _MULTIPLY:
        bits.flag()
    if mode != _REPLACE or is_partial:
        bits.choose(*_FOUR)
    return mode


def _read_ticks(bits: BitReader, header: Header) -> int:
    if header.ticks is None:
        return 0
    ticks = bits.choose((0, 0), (1, 0), (0, 8), (0, 32))
    if header.ticks.has_timecodes:
        bits.take(32)
    return ticks


def _skip_filter(bits: BitReader, *, is_modular: bool) -> None:
    """Pass over RestorationFilter (J.1); its numbers have 16 bits."""
    if bits.flag():
        return
    if bits.flag() and bits.flag():
        bits.skip(6 * 16)
    iterations = bits.take(2)
    if iterations:
        if not is_modular and bits.flag():
            bits.skip(8 * 16)
        if bits.flag():
            bits.skip(5 * 16)
        if bits.flag():
            bits.skip((3 if is_modular else 4) * 16)
        if is_modular:
            bits.skip(16)
    bits.skip_extensions()


def _count_sections(width: int, height: int, *, shift: int, passes: int, align: int = 0) -> int:
    """Count the entries of a table of contents (F.3.1): one, or those of all groups."""
    side = 128 << shift
    groups = -(-width // side) * -(-height // side)
    if groups == 1 and passes == 1:
        return 1
    blocks = (-(-size // 8) + (align and -(-size // 8) & 1) for size in (width, height))
    across, down = (-(-count // side) for count in blocks)
    return 2 + across * down + groups * passes
