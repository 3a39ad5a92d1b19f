"""WBMP, the wireless bitmap of type 0 (WAP-237, Wireless Application Environment, annex A)."""

from __future__ import annotations

from typing import Final

from service.metadata.draft import Draft
from service.metadata.formats.raster import describe_compression, describe_samples
from service.metadata.reader import Reader

_START: Final = b"\0\0"
"""The type, and a header without extensions; the sides follow."""
_MOST_SIDE_BYTES: Final = 5
"""Of seven bits each: more than 32 bits no picture needs."""


def find_size(reader: Reader) -> tuple[int, int] | None:
    """Give (width, height), or None for another file: having no signature, it must fit exactly."""
    head = reader.some(0, len(_START) + 2 * _MOST_SIDE_BYTES)
    width, at = _read_side(head, len(_START))
    height, end = _read_side(head, at)
    if not head.startswith(_START) or not width or not height:
        return None
    return (width, height) if reader.size == end + (width + 7) // 8 * height else None


def _read_side(head: bytes, at: int) -> tuple[int, int]:
    """Give a multi-byte integer and where it ends: the top bit says that more follows."""
    value = 0
    for end, byte in enumerate(head[at : at + _MOST_SIDE_BYTES], at + 1):
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, end
    return 0, at


def read_wbmp(size: tuple[int, int], draft: Draft) -> None:
    """Write a picture of `size` into the draft: one bit a pixel, of which 1 is white."""
    draft.format, draft.media_type = "WBMP", "image/vnd.wap.wbmp"
    draft.width, draft.height = size
    draft.trailing_bytes = 0
    describe_samples(draft, (1,), model="Grayscale", alpha=False)
    describe_compression(draft, "Uncompressed", lossless=True)
