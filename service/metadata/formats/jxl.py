"""JPEG XL: the codestream (ISO/IEC 18181-1), alone or in a container of boxes (18181-2)."""

from __future__ import annotations

from typing import Final

from service.metadata.draft import Draft
from service.metadata.encodings import Encoding, JxlEncoding
from service.metadata.formats.bits import BitReader
from service.metadata.formats.boxes import Box, walk_boxes
from service.metadata.formats.jxl_extra import Ticks, read_size
from service.metadata.formats.jxl_frames import read_durations
from service.metadata.formats.jxl_header import Header, read_header, skip_to_frames
from service.metadata.formats.jxl_metadata import read_metadata, read_packed
from service.metadata.formats.raster import describe_samples
from service.metadata.model import Animation, Cicp
from service.metadata.reader import OutOfBounds, Reader, reader_of
from service.metadata.record import replace

_CODESTREAM: Final = b"\xff\x0a"
_HEADER_BYTES: Final = 16384
"""More than any header needs: 4097 extra channels with names of 1071 bytes are not expected."""
_MOST_PARTS: Final = 64
_PART_NUMBER: Final = 0x7FFFFFFF
"""A part's number, without the bit that marks the last."""


def read_jxl(reader: Reader, draft: Draft) -> None:
    """Read a JPEG XL file."""
    draft.format, draft.media_type = "JPEG XL", "image/jxl"
    bare = reader.some(0, 2) == _CODESTREAM
    draft.encoding = Encoding(compression="JPEG XL", jxl=JxlEncoding(container=not bare))
    with draft.part("truncated", "the JPEG XL file"):
        if bare:
            _read_codestream(reader, draft, is_container=False, has_jpeg=False)
        else:
            _read_container(reader, draft)
    if draft.width is None:
        draft.warn("no-size", "the size of the picture was not found")


class _Found:
    """What the boxes of a container hold, apart from plain metadata."""

    stream: Reader | None = None
    level: int | None = None
    has_jpeg: bool = False

    def __init__(self) -> None:
        self.parts: list[tuple[int, bytes]] = []
        self.packed: dict[bytes, Reader] = {}


def _read_container(reader: Reader, draft: Draft) -> None:
    found = _Found()
    for box in walk_boxes(reader):
        if box.is_cut:
            draft.warn("truncated", f"the box {box.type!r} is cut short", box.body.base)
        _keep(box, found, draft)
    for name, body in found.packed.items():
        read_packed(name, body, draft)
    stream = found.stream
    if stream is None and found.parts:
        stream = reader_of(b"".join(data for _, data in sorted(found.parts)))
    if stream is not None:
        _read_codestream(stream, draft, is_container=True, has_jpeg=found.has_jpeg)
    if found.level is not None:
        details = replace(draft.encoding.jxl or JxlEncoding(), level=found.level)
        draft.encoding = replace(draft.encoding, jxl=details)


def _keep(box: Box, found: _Found, draft: Draft) -> None:
    body = box.body
    if box.type == b"jxlc":
        found.stream = found.stream or body
    elif box.type == b"jxlp":
        if len(found.parts) < _MOST_PARTS:
            found.parts.append((body.big(0, 4) & _PART_NUMBER, body.some(4, _HEADER_BYTES)))
    elif box.type == b"jxll":
        found.level = body.big(0, 1)
    elif box.type == b"jbrd":
        found.has_jpeg = True
    elif box.type == b"brob":
        found.packed.setdefault(body.some(0, 4), body.window(4, body.size))
    else:
        read_metadata(box.type, body, draft)


def _read_codestream(stream: Reader, draft: Draft, *, is_container: bool, has_jpeg: bool) -> None:
    if stream.take(0, 2) != _CODESTREAM:
        draft.warn("no-codestream", "the codestream lacks its signature", stream.base)
        return
    bits = BitReader(stream.some(2, _HEADER_BYTES), base=stream.base + 2)
    size = read_size(bits)
    draft.width, draft.height = size
    header = read_header(bits, size)
    _describe(header, draft)
    if header.ticks is not None:
        draft.animation = _describe_animation(stream, bits, header)
    draft.encoding = Encoding(
        compression="JPEG XL",
        lossless=False if header.is_xyb or has_jpeg else None,
        jxl=JxlEncoding(
            container=is_container,
            xyb=header.is_xyb,
            jpeg_reconstruction=has_jpeg,
            extra_channels=len(header.extra_channels),
            intrinsic_size=header.intrinsic_size,
        ),
    )


def _describe_animation(stream: Reader, bits: BitReader, header: Header) -> Animation:
    """Give the frames by their headers, or the loops alone where these cannot be reached."""
    clock = header.ticks or Ticks(1, 1, 0)
    durations: tuple[int, ...] | None = None
    try:
        if skip_to_frames(bits, header):
            durations = read_durations(stream, 2 + bits.position // 8, header)
    except OutOfBounds:
        durations = None
    if durations is None or not clock.numerator:
        return Animation(None, clock.loops, None, None)
    tick = 1000 * clock.denominator / clock.numerator
    shown = tuple(round(ticks * tick, 3) for ticks in durations)
    return Animation(len(shown), clock.loops, round(sum(durations) * tick, 3), shown)


def _describe(header: Header, draft: Draft) -> None:
    """Write a header into the draft; its own orientation counts, whatever EXIF says."""
    draft.orientation = header.orientation
    colors = header.colors
    is_grey = colors is not None and colors.is_grey
    model = "CMYK" if header.black else "Grayscale" if is_grey else "RGB"
    depths = [header.depth] * (1 if is_grey else 3)
    depths += [extra.depth for extra in (header.black, header.alpha) if extra is not None]
    formats = {"float" if depth.is_float else "unsignedInteger" for depth in depths}
    describe_samples(
        draft, tuple(depth.bits for depth in depths), model=model, alpha=header.alpha is not None
    )
    draft.sample_format = formats.pop() if len(formats) == 1 else None
    if colors is not None and colors.primaries and colors.transfer:
        draft.cicp = Cicp(colors.primaries, colors.transfer, 0, True)
    if colors is not None:
        draft.gamma = colors.gamma
        if colors.has_profile:
            draft.warn("icc-coded", "the ICC profile is coded as the pixels are, and not read")
