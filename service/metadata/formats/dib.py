"""A device-independent bitmap without the header of a BMP file, as the clipboard has it."""

from __future__ import annotations

from struct import Struct
from typing import Final

from service.metadata.draft import Draft
from service.metadata.formats.bmp import count_colors, describe_bitmap, read_profile
from service.metadata.formats.bmp_header import read_header
from service.metadata.reader import Reader

_HEADER: Final = Struct("<IiiHHI")
_SIZES: Final = (40, 108, 124)
_DEPTHS: Final = (1, 4, 8, 16, 24, 32)
_LAST_COMPRESSION: Final = 6


def is_dib(head: bytes) -> bool:
    """Tell whether an information header, which has no signature, is plausible in each field."""
    if len(head) < min(_SIZES):
        return False
    size, width, height, planes, bits, compression = _HEADER.unpack_from(head)
    is_known = size in _SIZES and planes == 1 and bits in _DEPTHS
    return is_known and width > 0 and height != 0 and compression <= _LAST_COMPRESSION


def read_dib(reader: Reader, draft: Draft) -> None:
    """Read the information header; the pixels lie behind it and its colours."""
    draft.format, draft.media_type = "BMP", "image/bmp"
    with draft.part("truncated", "the BMP header"):
        header = read_header(reader, 0)
        describe_bitmap(header, draft)
        draft.palette = count_colors(header, reader.size)
        read_profile(reader, header, draft)
