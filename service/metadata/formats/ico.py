"""ICO and CUR: Windows icons and cursors, whose entries are bitmaps or PNG files."""

from __future__ import annotations

from struct import Struct
from typing import Final

from service.metadata.draft import Draft
from service.metadata.encodings import Encoding
from service.metadata.formats.raster import copy_picture
from service.metadata.model import Page, Palette
from service.metadata.reader import Reader
from service.metadata.record import Record

_DIRECTORY: Final = Struct("<HHH")
_ENTRY: Final = Struct("<BBBBHHII")
_BITMAP: Final = Struct("<IiiHHI")
_CORE: Final = Struct("<IHHHH")
_PNG_HEADER: Final = Struct(">IIBB")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_ICON: Final = 1
_CURSOR: Final = 2
_PNG_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_MOST_ENTRIES: Final = 1024


class _Entry(Record):
    """A picture: its size and depth as its own header says, else as the directory does."""

    width: int
    height: int
    bits: tuple[int, ...]
    palette: int
    png: Reader | None = None

    @property
    def area(self) -> int:
        """The pixels, by which pictures are compared."""
        return self.width * self.height


def is_ico(head: bytes) -> bool:
    """Tell whether `head`, of 22 bytes or more, is a directory with a plausible first entry."""
    if len(head) < _DIRECTORY.size + _ENTRY.size:
        return False
    reserved, kind, count = _DIRECTORY.unpack_from(head)
    _, _, _, zero, _, _, size, offset = _ENTRY.unpack_from(head, _DIRECTORY.size)
    if reserved or kind not in (_ICON, _CURSOR) or not 0 < count <= _MOST_ENTRIES:
        return False
    return zero in (0, 255) and size > 0 and offset >= _DIRECTORY.size + count * _ENTRY.size


def read_ico(reader: Reader, draft: Draft) -> None:
    """Read an icon or cursor: all entries as pages, of which the largest comes first and counts."""
    _, kind, count = reader.unpack(_DIRECTORY, 0)
    draft.format = "ICO" if kind == _ICON else "CUR"
    draft.media_type = "image/vnd.microsoft.icon"
    entries: list[_Entry] = []
    for index in range(min(count, _MOST_ENTRIES)):
        offset = _DIRECTORY.size + index * _ENTRY.size
        with draft.part("entry-damaged", f"entry {index + 1}", reader.base + offset):
            entries.append(_read_entry(reader, offset, is_icon=kind == _ICON))
    if not entries:
        draft.warn("no-entry", "no picture could be read", reader.base)
        return
    entries.sort(key=lambda entry: (entry.area, sum(entry.bits)), reverse=True)
    draft.page_count = len(entries)
    if len(entries) > 1:
        draft.pages = tuple(Page(e.width, e.height, _compression(e)) for e in entries)
    largest = entries[0]
    if largest.png is not None:
        _describe_png(largest.png, draft)
    else:
        _describe_bitmap(largest, draft)


def _read_entry(reader: Reader, offset: int, *, is_icon: bool) -> _Entry:
    """Read a directory entry and the header of its picture; a size of 0 means 256."""
    width, height, _, _, _, depth, size, start = reader.unpack(_ENTRY, offset)
    body = reader.window(start, size)
    head = body.take(0, 40)
    if head.startswith(_PNG):
        own_width, own_height, depth, color = _PNG_HEADER.unpack_from(head, 16)
        return _Entry(own_width, own_height, (depth,) * _PNG_SAMPLES.get(color, 0), 0, body)
    header, own_width, own_height, _, bits, _ = _BITMAP.unpack_from(head)
    colors = int.from_bytes(head[32:36], "little")
    if header == _CORE.size:
        _, own_width, own_height, _, bits = _CORE.unpack_from(head)
        colors = 0
    elif header < _CORE.size:
        return _Entry(width or 256, height or 256, _bits(depth if is_icon else 0), 0)
    palette = min(colors or 1 << bits, 256) if 0 < bits <= 8 else 0
    return _Entry(abs(own_width), abs(own_height) // 2, _bits(bits), palette)


def _bits(per_pixel: int) -> tuple[int, ...]:
    """Give the bits of each channel; 32 bits a pixel hold alpha."""
    if 0 < per_pixel <= 8:
        return (per_pixel,)
    return {16: (5, 5, 5), 24: (8, 8, 8), 32: (8, 8, 8, 8)}.get(per_pixel, ())


def _compression(entry: _Entry) -> str:
    return "Deflate" if entry.png is not None else "Uncompressed"


def _describe_png(png: Reader, draft: Draft) -> None:
    """Write the largest picture, a PNG file of its own, into the draft."""
    from service.metadata.formats.png import read_png

    inner = Draft(size=png.size)
    read_png(png, inner)
    copy_picture(inner, draft)


def _describe_bitmap(entry: _Entry, draft: Draft) -> None:
    """Write the largest picture into the draft. A bitmap has a mask, so it can be see-through."""
    draft.width, draft.height = entry.width, entry.height
    draft.encoding = Encoding(compression="Uncompressed", lossless=True)
    if not entry.bits:
        return
    draft.bits_per_sample, draft.samples_per_pixel = entry.bits, len(entry.bits)
    draft.has_alpha = True
    if entry.palette:
        draft.palette = Palette(entry.palette, 24)
        draft.color_model, draft.photometric_interpretation = "Palette", "RGBPalette"
    elif len(entry.bits) >= 3:
        draft.color_model = draft.photometric_interpretation = "RGB"
