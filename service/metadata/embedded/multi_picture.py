"""The index of a multi-picture file (CIPA DC-007): further JPEG pictures behind the first."""

from __future__ import annotations

from struct import Struct
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.directory import open_block, read_directory
from service.metadata.embedded.tag_values import read_bytes
from service.metadata.reader import Reader
from service.metadata.record import Record

_ENTRIES: Final = 0xB002
_LARGE_THUMBNAILS: Final = (0x010001, 0x010002, 0x010003, 0x010004, 0x010005)


class Picture(Record):
    """A picture of the index. `offset` counts from the start of the file; the first is at 0."""

    type: int
    size: int
    offset: int

    @property
    def is_thumbnail(self) -> bool:
        """Whether it is a smaller version of the first (class 1, DC-007 5.2.3.3)."""
        return self.type in _LARGE_THUMBNAILS


class MultiPicture(Record):
    """The pictures of a file, the first one included."""

    pictures: tuple[Picture, ...]


def read_multi_picture(body: Reader, draft: Draft) -> MultiPicture | None:
    """Read the index in `body`, whose offsets count from the body's own start (DC-007 5.2.2)."""
    block = open_block(body)
    directory = read_directory(block, block.first, draft)
    entry = directory.find(_ENTRIES) if directory else None
    if entry is None:
        return None
    data = read_bytes(block, entry)
    layout = Struct(block.order + "IIIHH")
    count = len(data) // layout.size
    if count > limits.PREVIEWS:
        draft.warn("limit-pictures", f"an index of {count} pictures", body.base)
    rows = layout.iter_unpack(data[: min(count, limits.PREVIEWS) * layout.size])
    return MultiPicture(
        tuple(
            Picture(attribute & 0xFFFFFF, size, offset + body.base if offset else 0)
            for attribute, size, offset, _, _ in rows
        )
    )
