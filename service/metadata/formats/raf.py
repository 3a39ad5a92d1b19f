"""RAF, Fujifilm's raw files: a JPEG picture with its EXIF, and the sensor's picture.

Not published: the header's offsets and the tags of its directory are as ExifTool and LibRaw have
them, big-endian numbers all.
"""

from __future__ import annotations

from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.text import decode_text
from service.metadata.embedded.thumbnail import add_jpeg
from service.metadata.formats.raster import describe_samples
from service.metadata.formats.tiff_raw import show
from service.metadata.reader import Reader

_JPEG_AT: Final = 84
_TAGS_AT: Final = 92
_FULL_SIZE: Final = 0x0100
_CROPPED_SIZE: Final = 0x0111


def read_raf(reader: Reader, draft: Draft) -> None:
    """Read what the preview says, and the sizes of the sensor's picture: whole, and as shown."""
    draft.format, draft.media_type = "RAF", "image/x-fuji-raf"
    draft.format_version = decode_text(reader.some(16, 4)) or None
    with draft.part("truncated", "the header"):
        _read_preview(reader, draft)
        tags = reader.window(reader.big(_TAGS_AT, 4), reader.big(_TAGS_AT + 4, 4))
        _read_tags(tags, draft)
    if draft.width is None:
        draft.warn("no-size", "the picture of the sensor was not found")


def _read_preview(reader: Reader, draft: Draft) -> None:
    from service.metadata.formats.jpeg import read_jpeg

    preview = reader.window(reader.big(_JPEG_AT, 4), reader.big(_JPEG_AT + 4, 4))
    inner = Draft(size=preview.size)
    read_jpeg(preview, inner)
    draft.exif, draft.xmp, draft.iptc = inner.exif, inner.xmp, inner.iptc
    draft.orientation, draft.resolution = inner.orientation, inner.resolution
    add_jpeg(preview, source="raf", draft=draft)


def _read_tags(tags: Reader, draft: Draft) -> None:
    """Read a list of (tag, size, value); a size in pixels has its height first."""
    sizes: dict[int, tuple[int, int]] = {}
    offset = 4
    for _ in range(min(tags.big(0, 4), limits.DIRECTORY_ENTRIES)):
        tag, size = tags.big(offset, 2), tags.big(offset + 2, 2)
        if tag in (_FULL_SIZE, _CROPPED_SIZE) and size == 4:
            sizes[tag] = tags.big(offset + 6, 2), tags.big(offset + 4, 2)
        offset += 4 + size
    if _FULL_SIZE in sizes:
        draft.width, draft.height = sizes[_FULL_SIZE]
        describe_samples(draft, (), model="CFA", alpha=False)
    show(sizes.get(_CROPPED_SIZE), draft)
