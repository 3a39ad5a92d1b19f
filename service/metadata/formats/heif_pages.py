"""The items of a HEIF file that are pictures: their codecs, and which of them are pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from service.metadata.draft import Draft
from service.metadata.formats.heif_items import Items
from service.metadata.formats.heif_properties import Property, read_size
from service.metadata.model import Page
from service.metadata.reader import Reader
from service.metadata.record import Record

CODECS: Final[Mapping[bytes, str]] = {
    b"av01": "AV1", b"hvc1": "HEVC", b"hev1": "HEVC", b"vvc1": "VVC", b"avc1": "AVC",
    b"jpeg": "JPEG", b"j2k1": "JPEG 2000", b"unci": "Uncompressed", b"evc1": "EVC",
    b"lhv1": "HEVC",
}  # fmt: skip
_DERIVED: Final = (b"grid", b"iovl", b"iden", b"tmap", b"sato")
_MOST_PAGES: Final = 1024
_SUPPORTING: Final = (b"thmb", b"auxl", b"base")


class ImageFile(Record):
    """A file's boxes as far as they matter."""

    reader: Reader
    items: Items
    properties: Mapping[int, Sequence[Property]]

    def of(self, item: int) -> Sequence[Property]:
        """Give the properties of an item."""
        return self.properties.get(item, ())

    def codec_item(self, item: int) -> int:
        """Give the item whose codec counts: of one that is built of others, the first of those."""
        for _ in range(len(_DERIVED)):
            known = self.items.by_id.get(item)
            parts = self.items.targets(b"dimg", item)
            if known is None or known.type not in _DERIVED or not parts:
                return item
            item = parts[0]
        return item


def describe_pages(file: ImageFile, draft: Draft) -> None:
    """Count the pictures that are to be shown by themselves."""
    items = file.items
    references = items.references
    supporting = {item for role, item in references.forward if role in _SUPPORTING}
    supporting |= {item for role, item in references.backward if role == b"dimg"}
    shown = [
        item
        for item in items.by_id.values()
        if (item.type in CODECS or item.type in _DERIVED) and not item.hidden
        if item.id not in supporting
    ]
    draft.page_count = max(len(shown), 1)
    if len(shown) > _MOST_PAGES:
        draft.warn("limit-pictures", f"of {len(shown)} pages the first {_MOST_PAGES} are listed")
    if len(shown) > 1:
        draft.pages = tuple(_describe_page(file, item.id) for item in shown[:_MOST_PAGES])


def _describe_page(file: ImageFile, item: int) -> Page:
    width, height = read_size(file.of(item)) or (None, None)
    coded = file.items.by_id.get(file.codec_item(item))
    return Page(width, height, CODECS.get(coded.type) if coded else None)
