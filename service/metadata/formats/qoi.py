"""QOI, the Quite OK Image format (qoiformat.org, specification 1.0) and farbfeld (farbfeld(5))."""

from __future__ import annotations

from struct import Struct
from typing import Final

from service.metadata.draft import Draft
from service.metadata.formats.raster import describe_compression, describe_samples
from service.metadata.reader import Reader

_QOI: Final = Struct(">4sIIBB")
_FARBFELD: Final = Struct(">8sII")
_LINEAR: Final = 1


def read_qoi(reader: Reader, draft: Draft) -> None:
    """Read a QOI header of 14 bytes."""
    draft.format, draft.media_type = "QOI", "image/qoi"
    describe_compression(draft, "QOI", lossless=True)
    _, draft.width, draft.height, channels, space = reader.unpack(_QOI, 0)
    if channels in (3, 4):
        describe_samples(draft, (8,) * channels, model="RGB", alpha=channels == 4)
    draft.gamma = 1.0 if space == _LINEAR else None


def read_farbfeld(reader: Reader, draft: Draft) -> None:
    """Read a farbfeld header of 16 bytes: 16 bits a sample, red, green, blue and alpha."""
    draft.format, draft.media_type = "farbfeld", "image/x-farbfeld"
    describe_compression(draft, "Uncompressed", lossless=True)
    _, draft.width, draft.height = reader.unpack(_FARBFELD, 0)
    describe_samples(draft, (16,) * 4, model="RGB", alpha=True)
    if reader.size < _FARBFELD.size + 8 * draft.width * draft.height:
        draft.warn("truncated", "the picture data is cut short", reader.base + reader.size)
