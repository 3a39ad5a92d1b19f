"""The primary item of a HEIF file as a picture: its size, samples, coding, and its fellow pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.encodings import AuxiliaryImage, Encoding, HeifEncoding
from service.metadata.formats.heif_pages import CODECS, ImageFile
from service.metadata.formats.heif_properties import (
    Codec,
    read_auxiliary_type,
    read_codec,
    read_component_model,
    read_depths,
    read_size,
)
from service.metadata.formats.heif_track import Track
from service.metadata.formats.heif_transform import transform

_YCBCR_CODECS: Final = (b"av01", b"hvc1", b"hev1", b"vvc1", b"avc1", b"jpeg", b"evc1")
_ALPHA_TYPES: Final = (":alpha", "auxid:1")
_MODELS: Final[Mapping[str, str]] = {
    "Grayscale": "BlackIsZero", "YCbCr": "YCbCr", "RGB": "RGB",
}  # fmt: skip
_IDENTITY: Final = 0
"""The matrix of H.273 that leaves red, green and blue as they are."""


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
    compression = CODECS.get(coded.type) if coded else None
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
    alpha = [
        item
        for item in _auxiliary(file, primary)
        if (_type_of(file, item) or "").endswith(_ALPHA_TYPES)
    ]
    draft.has_alpha = bool(alpha)
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
    if alpha and len(depths) in (1, 3):
        depths += _read_depths(file, alpha[0])[:1] or depths[:1]
    draft.bits_per_sample, draft.samples_per_pixel = depths, len(depths)


def _read_depths(file: ImageFile, item: int) -> tuple[int, ...]:
    """Give the depths that an item's pixi states, or that its codec has."""
    source = file.of(file.codec_item(item))
    codec = read_codec(source)
    stated = read_depths(file.of(item)) or read_depths(source)
    return stated or ((codec.depth,) if codec else ())


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
        compression=CODECS.get(track.codec),
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
