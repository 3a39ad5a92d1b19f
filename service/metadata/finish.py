"""From the draft to the frozen answer, with the facts that follow from others."""

from __future__ import annotations

from service.metadata.draft import Draft
from service.metadata.embedded.location import locate
from service.metadata.model import (
    SCHEMA_VERSION,
    ColorFacts,
    FileFacts,
    ImageFacts,
    ImageMetadata,
)

_TURNED = (5, 6, 7, 8)


def freeze(
    draft: Draft, *, sha256: str | None = None, extension_mismatch: bool | None = None
) -> ImageMetadata:
    """Give the answer that `draft` amounts to."""
    return ImageMetadata(
        schema_version=SCHEMA_VERSION,
        file=FileFacts(
            size=draft.size,
            media_type=draft.media_type,
            format=draft.format,
            format_version=draft.format_version,
            extension_mismatch=extension_mismatch,
            sha256=sha256,
            trailing_bytes=draft.trailing_bytes,
        ),
        image=_freeze_image(draft),
        encoding=draft.encoding,
        color=ColorFacts(draft.icc_profile, draft.cicp, draft.gamma, draft.gain_map),
        animation=draft.animation,
        pages=draft.pages,
        exif=draft.exif,
        location=locate(draft.exif.gps) if draft.exif else None,
        iptc=draft.iptc,
        xmp=draft.xmp,
        comments=tuple(draft.comments),
        thumbnails=tuple(draft.thumbnails),
        warnings=tuple(draft.warnings),
    )


def _freeze_image(draft: Draft) -> ImageFacts:
    display = _display_size(draft)
    return ImageFacts(
        width=draft.width,
        height=draft.height,
        display_width=display[0],
        display_height=display[1],
        orientation=draft.orientation,
        bits_per_sample=draft.bits_per_sample,
        samples_per_pixel=draft.samples_per_pixel,
        sample_format=draft.sample_format if draft.bits_per_sample else None,
        photometric_interpretation=draft.photometric_interpretation,
        color_model=draft.color_model,
        has_alpha=draft.has_alpha,
        palette=draft.palette,
        resolution=draft.resolution,
        page_count=draft.page_count,
        megapixels=_megapixels(draft),
    )


def _display_size(draft: Draft) -> tuple[int | None, int | None]:
    """Give the size as shown: orientations 5 to 8 swap the sides (CIPA DC-008, 4.6.4)."""
    if draft.display_size is not None:
        return draft.display_size
    if draft.orientation in _TURNED:
        return draft.height, draft.width
    return draft.width, draft.height


def _megapixels(draft: Draft) -> float | None:
    if draft.width is None or draft.height is None:
        return None
    return round(draft.width * draft.height / 1_000_000, 6)
