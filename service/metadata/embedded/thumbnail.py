"""The thumbnail of IFD 1 and of other JPEG pictures inside a file."""

from __future__ import annotations

from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.directory import Directory, TiffBlock
from service.metadata.embedded.tag_values import read_number
from service.metadata.formats.jpeg_markers import read_jpeg_size
from service.metadata.model import Thumbnail
from service.metadata.reader import Reader

_JPEG_OFFSET: Final = 0x0201
_JPEG_LENGTH: Final = 0x0202
_STRIP_OFFSETS: Final = 0x0111
_STRIP_SIZES: Final = 0x0117


def read_jpeg_thumbnail(block: TiffBlock, ifd1: Directory, draft: Draft) -> None:
    """Describe the thumbnail that IFD 1 names (CIPA DC-008, 4.5.8): JPEG, or uncompressed."""
    find = ifd1.find
    offset = read_number(block, find(_JPEG_OFFSET))
    size = read_number(block, find(_JPEG_LENGTH))
    if offset and size:
        view = block.reader.window(offset, size)
        if view.size < size:
            draft.warn("thumbnail-cut", "the thumbnail is cut short", block.reader.base + offset)
        add_jpeg(view, source="exif", draft=draft)
    elif find(_STRIP_OFFSETS) and (size := read_number(block, find(_STRIP_SIZES))):
        width = read_number(block, find(0x0100))
        height = read_number(block, find(0x0101))
        draft.thumbnails.append(Thumbnail("exif", width, height, None, size))


def add_jpeg(view: Reader, *, source: str, draft: Draft) -> None:
    """Keep the JPEG picture in `view` as a thumbnail; another type of picture has no size here."""
    size = read_jpeg_size(view)
    width, height = size if size else (None, None)
    is_jpeg = view.some(0, 3) == b"\xff\xd8\xff"
    media_type = "image/jpeg" if is_jpeg else None
    if view.size:
        draft.thumbnails.append(Thumbnail(source, width, height, media_type, view.size))
    if draft.thumbnail is None and is_jpeg and size and _is_small(size, view.size):
        draft.thumbnail = view


def _is_small(size: tuple[int, int], length: int) -> bool:
    """Whether a program that decodes the picture to show it is asked for little."""
    fits = min(size) > 0 and max(size) <= limits.THUMBNAIL_PIXELS
    return fits and length <= limits.THUMBNAIL_BYTES
