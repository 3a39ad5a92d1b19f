"""The primary item of a HEIF file as a picture: its size, samples, coding, and its fellow pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.encodings import AuxiliaryImage, Encoding, HeifEncoding
from service.metadata.formats.heif_items import Items
from service.metadata.formats.heif_properties import (
    Codec,
    Property,
    read_auxiliary_type,
    read_codec,
    read_component_model,
    read_depths,
    read_size,
)
from service.metadata.formats.heif_track import Track
from service.metadata.formats.heif_transform import transform
from service.metadata.model import Page
from service.metadata.reader import Reader

_CODECS: Final[Mapping[bytes, str]] = {
    b"av01": "AV1", b"hvc1": "HEVC", b"hev1": "HEVC", b"vvc1": "VVC", b"avc1": "AVC",
    b"jpeg": "JPEG", b"j2k1": "JPEG 2000", b"unci": "Uncompressed", b"evc1": "EVC",
}  # fmt: skip
_DERIVED: Final = (b"grid", b"iovl", b"iden", b"tmap")
_YCBCR_CODECS: Final = (b"av01", b"hvc1", b"hev1", b"vvc1", b"avc1", b"jpeg", b"evc1")
_ALPHA_TYPES: Final = (":alpha", "auxid:1")
_MODELS: Final[Mapping[str, str]] = {
    "Grayscale": "BlackIsZero", "YCbCr": "YCbCr", "RGB": "RGB",
}  # fmt: skip
_IDENTITY: Final = 0
"""The matrix of H.273 that leaves red, green and blue as they are."""
_MOST_PAGES: Final = 1024
_SUPPORTING: Final = (b"thmb", b"auxl", b"base")


@dataclass(frozen=True, slots=True)
class ImageFile:
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


def describe(file: ImageFile, primary: int, *, brands: tuple[str, ...], draft: Draft) -> None:
    """Write what is known of the primary item into the draft."""
    properties, source = file.of(primary), file.codec_item(primary)
    item, coded = file.items.by_id.get(primary), file.items.by_id.get(source)
    size = read_size(properties)
    shown = transform(size, properties) if size else None
    if shown and shown.aperture_fault:
        draft.warn("aperture", shown.aperture_fault)
    if size and shown:
        draft.width, draft.height = size
        draft.display_size, draft.orientation = shown.size, shown.orientation
    codec = read_codec(file.of(source))
    _describe_samples(file, primary, codec=codec, draft=draft)
    compression = _CODECS.get(coded.type) if coded else None
    if draft.format == "HEIF" and compression in ("AV1", "HEVC"):
        draft.format = "AVIF" if compression == "AV1" else "HEIC"
    details = HeifEncoding(
        brand=brands[0],
        compatible_brands=brands[1:],
        item_type=item.type.decode("latin-1") if item else None,
        profile=codec.profile if codec else None,
        chroma_subsampling=codec.chroma_subsampling if codec else None,
        tiles=len(file.items.targets(b"dimg", primary)) if item and item.type == b"grid" else None,
        clean_aperture=shown.aperture if shown else None,
        rotation=shown.rotation if shown else None,
        mirror=shown.mirror if shown else None,
        auxiliary_images=_list_auxiliary(file, primary),
    )
    is_avif = draft.format == "AVIF"
    draft.encoding = Encoding(
        compression=compression,
        lossless=True if compression == "Uncompressed" else None,
        avif=details if is_avif else None,
        heic=None if is_avif else details,
    )


def _describe_samples(file: ImageFile, primary: int, *, codec: Codec | None, draft: Draft) -> None:
    properties = file.of(primary)
    source = file.codec_item(primary)
    depths = read_depths(properties) or read_depths(file.of(source))
    is_gray = codec is not None and codec.chroma_subsampling == "4:0:0"
    if depths is None and codec is not None:
        depths = (codec.depth,) * (1 if is_gray else 3)
    kinds = (_type_of(file, item) or "" for item in _auxiliary(file, primary))
    draft.has_alpha = any(kind.endswith(_ALPHA_TYPES) for kind in kinds)
    if depths is None:
        return
    coded = file.items.by_id.get(source)
    if is_gray or len(depths) < 3:
        draft.color_model = "Grayscale"
    elif draft.cicp is not None and draft.cicp.matrix == _IDENTITY:
        draft.color_model = "RGB"
    elif coded is None or coded.type in _YCBCR_CODECS:
        draft.color_model = "YCbCr"
    else:
        draft.color_model = read_component_model(file.of(source))
    draft.photometric_interpretation = _MODELS.get(draft.color_model or "")
    if draft.has_alpha and len(depths) in (1, 3):
        depths += depths[:1]
    draft.bits_per_sample, draft.samples_per_pixel = depths, len(depths)


def describe_track(track: Track, *, brands: tuple[str, ...], draft: Draft) -> None:
    """Write what is known of a sequence that has no still picture into the draft."""
    draft.width, draft.height = track.width, track.height
    codec = read_codec(track.properties)
    if codec is not None:
        is_gray = codec.chroma_subsampling == "4:0:0"
        draft.bits_per_sample = (codec.depth,) * (1 if is_gray else 3)
        draft.samples_per_pixel = len(draft.bits_per_sample)
        draft.color_model = "Grayscale" if is_gray else "YCbCr"
        draft.photometric_interpretation = _MODELS[draft.color_model]
    details = HeifEncoding(
        brand=brands[0],
        compatible_brands=brands[1:],
        profile=codec.profile if codec else None,
        chroma_subsampling=codec.chroma_subsampling if codec else None,
    )
    is_avif = draft.format == "AVIF"
    draft.encoding = Encoding(
        compression=_CODECS.get(track.codec),
        avif=details if is_avif else None,
        heic=None if is_avif else details,
    )


def _auxiliary(file: ImageFile, primary: int) -> list[int]:
    """Give the auxiliary images of `primary`: alpha, depth, gain map (23008-12, 6.5.8)."""
    return list(dict.fromkeys(file.items.sources(b"auxl", primary)))[: limits.PREVIEWS]


def _type_of(file: ImageFile, item: int) -> str | None:
    return read_auxiliary_type(file.of(item))


def _list_auxiliary(file: ImageFile, primary: int) -> tuple[AuxiliaryImage, ...]:
    found: list[AuxiliaryImage] = []
    for item in _auxiliary(file, primary):
        width, height = read_size(file.of(item)) or (None, None)
        found.append(AuxiliaryImage(_type_of(file, item), width, height))
    return tuple(found)


def describe_pages(file: ImageFile, draft: Draft) -> None:
    """Count the pictures that are to be shown by themselves."""
    items = file.items
    references = items.references
    supporting = {item for role, item in references.forward if role in _SUPPORTING}
    supporting |= {item for role, item in references.backward if role == b"dimg"}
    shown = [
        item
        for item in items.by_id.values()
        if (item.type in _CODECS or item.type in _DERIVED) and not item.hidden
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
    return Page(width, height, _CODECS.get(coded.type) if coded else None)
