"""A TIFF structure whose first directory is all that it holds: in boxes of CR3 and of JPEG 2000."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from service.metadata import limits
from service.metadata.embedded.directory import open_block, read_directory
from service.metadata.embedded.exif import name_tags

if TYPE_CHECKING:
    from service.metadata.draft import Draft
    from service.metadata.model import Tags
    from service.metadata.reader import Reader


def read_lone_directory(reader: Reader, names: Mapping[int, str], draft: Draft) -> Tags | None:
    """Give the tags of the first directory by `names`; None, with a warning, where there is none.

    Of a structure that is longer than `limits.TEXT_BYTES` the rest is not looked at.
    """
    reader = reader.window(0, limits.TEXT_BYTES)
    with draft.part("exif-damaged", "a block of tags", reader.base):
        block = open_block(reader)
        return name_tags(block, read_directory(block, block.first, draft), names, draft)
    return None
