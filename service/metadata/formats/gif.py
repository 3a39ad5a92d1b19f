"""GIF: GIF87a and GIF89a, with the application blocks in use."""

from __future__ import annotations

from struct import Struct
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.icc import read_icc
from service.metadata.embedded.text import decode_text
from service.metadata.embedded.xmp import read_xmp
from service.metadata.encodings import Encoding, GifEncoding
from service.metadata.formats.gif_blocks import Cursor
from service.metadata.model import Animation, Palette
from service.metadata.reader import Reader

_SCREEN: Final = Struct("<HHBBB")
_IMAGE: Final = Struct("<HHHHB")
_PLAIN_TEXT: Final = 0x01
_XMP_TRAILER: Final = 258
_LOOPING: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


class _Walk:
    """What the walk over the blocks counts. A delay belongs to the frame behind it."""

    frames: int = 0
    delay: int = 0
    transparent: bool = False
    loops: int | None = None
    interlaced: bool | None = None
    local_palettes: int = 0
    first_local_bits: int | None = None

    def __init__(self) -> None:
        self.delays: list[int] = []


def read_gif(reader: Reader, draft: Draft) -> None:
    """Read a GIF file: the size is that of the canvas, the logical screen."""
    draft.format, draft.media_type = "GIF", "image/gif"
    draft.format_version = reader.take(3, 3).decode("latin-1")
    draft.encoding = Encoding(compression="LZW", lossless=True, gif=GifEncoding())
    walk = _Walk()
    screen: tuple[int, ...] | None = None
    with draft.part("truncated", "the GIF file"):
        screen = reader.unpack(_SCREEN, 6)
        draft.width, draft.height = screen[:2]
        packed = screen[2]
        table = 3 << (packed & 7) + 1 if packed & 0x80 else 0
        _walk_blocks(Cursor(reader, 13 + table), walk, draft)
    if screen is not None:
        _describe(screen, walk, draft)


def _describe(screen: tuple[int, ...], walk: _Walk, draft: Draft) -> None:
    """Write what the screen descriptor and the frames say into the draft."""
    _, _, packed, background, aspect = screen
    entries = 2 << (packed & 7) if packed & 0x80 else None
    bits = (packed & 7) + 1 if entries else walk.first_local_bits
    if bits is not None:
        draft.palette = Palette(1 << bits, 24)
        draft.bits_per_sample = (bits,)
    draft.samples_per_pixel, draft.color_model = 1, "Palette"
    draft.photometric_interpretation = "RGBPalette"
    draft.has_alpha = walk.transparent
    details = GifEncoding(
        global_palette_entries=entries,
        background_color_index=background if entries else None,
        color_resolution=(packed >> 4 & 7) + 1,
        pixel_aspect_ratio=(aspect + 15) / 64 if aspect else None,
        local_palettes=walk.local_palettes,
        transparency=walk.transparent,
    )
    draft.encoding = Encoding("LZW", True, None, walk.interlaced, gif=details)
    if walk.frames > 1 or (walk.frames == 1 and walk.loops is not None):
        delays = tuple(10 * delay for delay in walk.delays)
        draft.animation = Animation(walk.frames, walk.loops, sum(delays), delays)


def _walk_blocks(cursor: Cursor, walk: _Walk, draft: Draft) -> None:
    for _ in range(limits.CHUNKS):
        start = cursor.offset
        kind = cursor.byte()
        if kind == 0x2C:
            _read_image(cursor, walk)
        elif kind == 0x21:
            _read_extension(cursor, walk, draft)
        elif kind == 0x3B:
            draft.trailing_bytes = cursor.reader.size - cursor.offset
            break
        else:
            draft.warn("block-unknown", f"a block of the unknown type 0x{kind:02x}", start)
            break
    else:
        draft.warn("limit-chunks", "there are too many blocks", cursor.offset)
    if not walk.frames:
        draft.warn("no-frame", "the file holds no picture")


def _read_image(cursor: Cursor, walk: _Walk) -> None:
    """Read an image descriptor (clause 20) and pass over its palette and data."""
    packed = cursor.take(_IMAGE)[4]
    walk.frames += 1
    walk.delays.append(walk.delay)
    walk.delay = 0
    walk.interlaced = bool(packed & 0x40) or bool(walk.interlaced)
    if packed & 0x80:
        bits = (packed & 7) + 1
        walk.local_palettes += 1
        walk.first_local_bits = walk.first_local_bits or bits
        cursor.offset += 3 << bits
    cursor.byte()
    cursor.skip_sub_blocks()


def _read_extension(cursor: Cursor, walk: _Walk, draft: Draft) -> None:
    label = cursor.byte()
    if label == 0xF9:
        data = cursor.read_sub_blocks()
        if len(data) >= 4:
            walk.transparent = walk.transparent or bool(data[0] & 1)
            walk.delay = int.from_bytes(data[1:3], "little")
    elif label == 0xFE:
        draft.add_comment("GIF", decode_text(cursor.read_sub_blocks()))
    elif label == 0xFF:
        _read_application(cursor, walk, draft)
    else:
        # Plain text is drawn as a frame is, and uses up the control block before it (clause 25).
        walk.delay = 0 if label == _PLAIN_TEXT else walk.delay
        cursor.skip_sub_blocks()


def _read_application(cursor: Cursor, walk: _Walk, draft: Draft) -> None:
    name = cursor.reader.some(cursor.offset + 1, 11)
    size = cursor.byte()
    cursor.offset += size
    if name in _LOOPING:
        data = cursor.read_sub_blocks()
        if len(data) >= 3 and data[0] == 1:
            walk.loops = int.from_bytes(data[1:3], "little")
    elif name == b"ICCRGBG1012":
        read_icc(cursor.read_sub_blocks(), draft)
    elif name == b"XMP DataXMP":
        _read_xmp_block(cursor, draft)
    else:
        cursor.skip_sub_blocks()


def _read_xmp_block(cursor: Cursor, draft: Draft) -> None:
    """Read XMP (part 3, 1.1.2): plain text, then 258 bytes that lead a reader of sub-blocks out.

    Some writers put it into sub-blocks instead; then a size comes before the text.
    """
    start = cursor.offset
    if cursor.reader.some(start, 1) == b"<":
        cursor.skip_sub_blocks()
        size = cursor.offset - start - _XMP_TRAILER
        read_xmp(cursor.reader.some(start, min(size, limits.XMP_BYTES)), draft)
    else:
        read_xmp(cursor.read_sub_blocks(), draft)
