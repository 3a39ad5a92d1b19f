"""What simple formats have in common: a size, samples of some bits, and a colour model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.metadata.draft import Draft
from service.metadata.encodings import Encoding

_PHOTOMETRIC: Final[Mapping[str | None, str]] = {
    "Grayscale": "BlackIsZero", "RGB": "RGB", "Palette": "RGBPalette", "CMYK": "CMYK",
    "YCbCr": "YCbCr", "CFA": "CFA",
}  # fmt: skip
_MOST_LISTED: Final = 256
"""Samples a pixel whose bits are listed one by one."""


def describe_samples(
    draft: Draft,
    bits: tuple[int, ...],
    *,
    model: str | None,
    alpha: bool | None,
    sample_format: str = "unsignedInteger",
) -> None:
    """Write the samples of a pixel into the draft: `bits` of each, alpha's among them."""
    if bits:
        draft.samples_per_pixel, draft.bits_per_sample = len(bits), bits[:_MOST_LISTED]
        draft.sample_format = sample_format
    draft.color_model, draft.photometric_interpretation = model, _PHOTOMETRIC.get(model)
    draft.has_alpha = alpha


def describe_compression(draft: Draft, name: str | None, *, lossless: bool | None) -> None:
    """Write how the samples are packed into the draft."""
    draft.encoding = Encoding(compression=name, lossless=lossless)


def copy_picture(inner: Draft, draft: Draft) -> None:
    """Take over what was read of a picture that is a file of its own within this one."""
    for name in _PICTURE:
        setattr(draft, name, getattr(inner, name))
    draft.warnings.extend(inner.warnings)


_PICTURE: Final = (
    "width", "height", "display_size", "orientation", "bits_per_sample", "samples_per_pixel",
    "sample_format", "photometric_interpretation", "color_model", "has_alpha", "palette",
    "encoding", "icc_profile", "cicp", "gamma",
)  # fmt: skip
