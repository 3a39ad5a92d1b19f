"""PNG and APNG: W3C Portable Network Graphics, third edition."""

from __future__ import annotations

from struct import Struct
from typing import Final
from zlib import crc32

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.exif import read_exif
from service.metadata.encodings import Encoding, PngEncoding
from service.metadata.formats.png_animation import FrameCount, read_control, read_frame_control
from service.metadata.formats.png_chunks import ANCILLARY
from service.metadata.formats.png_text import TEXT_CHUNKS, read_text
from service.metadata.reader import Reader
from service.metadata.record import replace

_HEADER: Final = Struct(">IIBBBBB")
_CHUNK: Final = Struct(">I4s")
_LONGEST_CHUNK: Final = 0x7FFFFFFF
_MOST_READ: Final = limits.DECOMPRESSED_BYTES

_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_MODELS: Final = {0: "Grayscale", 2: "RGB", 3: "Palette", 4: "Grayscale", 6: "RGB"}
_PHOTOMETRIC: Final = {0: "BlackIsZero", 2: "RGB", 3: "RGBPalette", 4: "BlackIsZero", 6: "RGB"}
_ALPHA_TYPES: Final = (4, 6)


class _Walk:
    """What the walk over the chunks counts."""

    chunks: int = 0
    data_size: int = 0
    ended: bool = False
    header_seen: bool = False

    def __init__(self) -> None:
        self.frames = FrameCount()


def read_png(reader: Reader, draft: Draft) -> None:
    """Read a PNG file: every chunk's header, and the data of those that hold metadata."""
    draft.format, draft.media_type = "PNG", "image/png"
    draft.encoding = Encoding(compression="Deflate", lossless=True, png=PngEncoding())
    walk = _Walk()
    with draft.part("truncated", "the PNG file"):
        _walk_chunks(reader, walk, draft)
    if not walk.ended:
        draft.warn("no-end", "the IEND chunk is missing", reader.base + reader.size)
    if not walk.header_seen:
        draft.warn("no-header", "the IHDR chunk is missing, so the size is not known")
    if draft.encoding.png is not None:
        details = replace(draft.encoding.png, chunk_count=walk.chunks, data_size=walk.data_size)
        draft.encoding = replace(draft.encoding, png=details)
    walk.frames.finish(draft)


def _walk_chunks(reader: Reader, walk: _Walk, draft: Draft) -> None:
    offset = 8
    for _ in range(limits.CHUNKS):
        if offset >= reader.size:
            return
        size, name = reader.unpack(_CHUNK, offset)
        if size > _LONGEST_CHUNK or not name.isalpha():
            draft.warn("chunk-damaged", "what follows is no chunk", reader.base + offset)
            return
        walk.chunks += 1
        if name == b"IDAT":
            walk.data_size += min(size, reader.size - offset - 8)
            walk.frames.data_seen = True
        elif name in _READ:
            _visit(reader.window(offset + 8, size + 4), name, size=size, walk=walk, draft=draft)
        offset += 12 + size
        if offset > reader.size:
            draft.warn("truncated", f"the chunk {name.decode()} is cut short", reader.size)
        if name == b"IEND":
            walk.ended = True
            draft.trailing_bytes = max(reader.size - offset, 0)
            return
    draft.warn("limit-chunks", "there are too many chunks", reader.base + offset)


def _visit(body: Reader, name: bytes, *, size: int, walk: _Walk, draft: Draft) -> None:
    """Read one chunk; `body` has its data and the checksum behind them."""
    if size > _MOST_READ:
        draft.warn("limit-chunk", f"the chunk {name.decode()} is too long to read", body.base)
        return
    with draft.part("chunk-damaged", f"the chunk {name.decode()}", body.base):
        data = body.take(0, size)
        if crc32(data, crc32(name)) != body.big(size, 4):
            draft.warn("checksum", f"the checksum of {name.decode()} is wrong", body.base)
        _read_chunk(name, body.window(0, size), walk=walk, draft=draft)


def _read_chunk(name: bytes, body: Reader, *, walk: _Walk, draft: Draft) -> None:
    if name == b"IHDR":
        if not walk.header_seen:
            walk.header_seen = True
            _read_header(body.take(0, body.size), draft)
    elif name == b"acTL":
        read_control(body, walk.frames)
    elif name == b"fcTL":
        read_frame_control(body, walk.frames)
    elif name == b"CgBI":
        _note_apple(draft)
    elif name == b"eXIf":
        read_exif(body, draft)
    elif name in TEXT_CHUNKS:
        read_text(name, body.take(0, body.size), draft)
    else:
        ANCILLARY[name](body.take(0, body.size), draft)


def _note_apple(draft: Draft) -> None:
    """Name the variant that Apple's tools put into iOS applications: its first chunk is CgBI."""
    draft.format_version, draft.lacks_zlib_headers = "CgBI", True
    draft.warn("cgbi", "Apple's variant of PNG: no zlib header, BGRA, shown by its readers alone")


def _read_header(data: bytes, draft: Draft) -> None:
    """Read IHDR (11.2.1)."""
    width, height, depth, color, _, method, interlace = _HEADER.unpack(data[: _HEADER.size])
    draft.width, draft.height = width, height
    if not width or not height:
        draft.warn("size-zero", "the header gives a size of zero")
    samples = _SAMPLES.get(color)
    if samples is None:
        draft.warn("color-type", f"the colour type {color} is unknown")
    else:
        draft.samples_per_pixel = samples
        draft.bits_per_sample = (depth,) * samples
    draft.color_model = _MODELS.get(color)
    draft.photometric_interpretation = _PHOTOMETRIC.get(color)
    draft.has_alpha = color in _ALPHA_TYPES
    details = PngEncoding(color_type=color, bit_depth=depth, filter_method=method)
    draft.encoding = replace(draft.encoding, interlaced=interlace == 1, png=details)


_READ: Final = frozenset({b"IHDR", b"CgBI", b"acTL", b"fcTL", b"eXIf", *TEXT_CHUNKS, *ANCILLARY})
