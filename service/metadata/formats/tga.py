"""TGA, Truevision's file format (Truevision TGA File Format Specification, version 2.0)."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Final

from service.metadata.draft import Draft
from service.metadata.embedded.text import decode_text
from service.metadata.formats.raster import describe_compression, describe_samples
from service.metadata.model import Palette, Thumbnail
from service.metadata.reader import Reader

_HEADER: Final = Struct("<BBBHHBHHHHBB")
_FOOTER_SIZE: Final = 26
_SIGNATURE: Final = b"TRUEVISION-XFILE."
_EXTENSION_SIZE: Final = 495
_PALETTE, _RGB, _GRAY = (1, 9), (2, 10), (3, 11)
_PACKED: Final = 8
_DEPTHS: Final[Mapping[int, tuple[int, ...]]] = {
    15: (5, 5, 5), 16: (5, 5, 5, 1), 24: (8, 8, 8), 32: (8, 8, 8, 8)
}  # fmt: skip
_NO_ALPHA: Final = (0, 1, 2)
"""Attributes types (field 24) whose bits are not opacity."""
_COMMENT: Final = 81


def is_tga(head: bytes, size: int) -> bool:
    """Tell whether a header, which has no signature, is plausible for a file of `size` bytes."""
    if len(head) < _HEADER.size:
        return False
    skip, has_map, kind, _, count, bits, _, _, width, height, depth, flags = _HEADER.unpack(
        head[: _HEADER.size]
    )
    if kind not in (*_PALETTE, *_RGB, *_GRAY) or has_map > 1 or flags & 0xC0:
        return False
    depths = tuple(_DEPTHS) if kind in _RGB else (1, 8, 16) if kind in _GRAY else (8, 16)
    if depth not in depths or (has_map == 0) != (count == 0) or (kind in _PALETTE and not has_map):
        return False
    row = (width + 7) // 8 if depth == 1 else width * ((depth + 7) // 8)
    least = 1 if kind >= _PACKED else row * height
    palette = count * ((bits + 7) // 8)
    return bool(width and height) and size >= _HEADER.size + skip + palette + least


def read_tga(reader: Reader, draft: Draft) -> None:
    """Read the header, the image identification, and the extension area of version 2."""
    draft.format, draft.media_type = "TGA", "image/x-tga"
    head = reader.unpack(_HEADER, 0)
    skip, has_map, kind, _, count, map_bits, _, _, width, height, depth, flags = head
    draft.width, draft.height = width, height
    describe_compression(draft, "RLE" if kind >= _PACKED else "Uncompressed", lossless=True)
    text = decode_text(reader.some(_HEADER.size, skip))
    if text:
        draft.add_comment("TGA", text, keyword="ImageID")
    attributes = _read_extension(reader, draft)
    bits = _DEPTHS.get(map_bits if kind in _PALETTE else depth, ())
    alpha = bool(flags & 15) if attributes is None else attributes not in _NO_ALPHA
    if kind in _PALETTE:
        draft.palette = Palette(count, map_bits) if has_map else None
        describe_samples(draft, (depth,), model="Palette", alpha=alpha and len(bits) == 4)
    elif kind in _GRAY:
        gray = (8, 8) if depth == 16 else (depth,)
        describe_samples(draft, gray, model="Grayscale", alpha=alpha and len(gray) == 2)
    else:
        # The fourth part of a pixel may be there and mean nothing.
        describe_samples(draft, bits if alpha else bits[:3], model="RGB",
                         alpha=alpha and len(bits) == 4)  # fmt: skip


def _read_extension(reader: Reader, draft: Draft) -> int | None:
    """Read the extension area that a footer names; give the attributes type, or None."""
    footer = reader.some(reader.size - _FOOTER_SIZE, _FOOTER_SIZE)
    if footer[8:25] != _SIGNATURE:
        return None
    draft.format_version = "2.0"
    area = reader.some(int.from_bytes(footer[:4], "little"), _EXTENSION_SIZE)
    if footer[:4] == bytes(4) or len(area) < _EXTENSION_SIZE:
        return None
    lines = [decode_text(area[at : at + _COMMENT]) for at in range(43, 43 + 4 * _COMMENT, _COMMENT)]
    for keyword, text in (
        ("Author", decode_text(area[2:43])),
        ("Comments", "\n".join(lines).strip()),
        ("JobName", decode_text(area[379:420])),
        ("Software", decode_text(area[426:467])),
    ):
        if text:
            draft.add_comment("TGA", text, keyword=keyword)
    stamp = int.from_bytes(area[486:490], "little")
    if stamp and reader.size > stamp + 2:
        width, height = reader.take(stamp, 2)
        size = width * height * ((reader.big(16, 1) + 7) // 8)
        draft.thumbnails.append(Thumbnail("tga", width, height, None, size))
    return area[494]
