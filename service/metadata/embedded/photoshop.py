"""Photoshop image resources: in JPEG APP13, TIFF tag 34377 and PSD (Adobe's file format document).

A resource is "8BIM", an id, a Pascal string padded to even, a size, and data padded to even.
"""

from __future__ import annotations

from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.exif import read_exif
from service.metadata.embedded.icc import read_icc
from service.metadata.embedded.iptc import read_iptc
from service.metadata.embedded.xmp import read_xmp
from service.metadata.model import Resolution, Thumbnail
from service.metadata.reader import Reader

_SIGNATURES: Final = (b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR")
_RESOLUTION: Final = 0x03ED
_IPTC: Final = 0x0404
_THUMBNAILS: Final = (0x0409, 0x040C)
_ICC: Final = 0x040F
_EXIF: Final = 0x0422
_XMP: Final = 0x0424


def read_resources(reader: Reader, draft: Draft) -> None:
    """Read the resources in `reader` into the draft."""
    offset = 0
    with draft.part("photoshop-damaged", "a Photoshop resource", reader.base):
        for _ in range(limits.CHUNKS):
            if reader.some(offset, 4) not in _SIGNATURES:
                return
            kind = reader.big(offset + 4, 2)
            name_size = reader.big(offset + 6, 1)
            start = offset + 6 + (name_size + 2) // 2 * 2
            size = reader.big(start, 4)
            body = reader.window(start + 4, size)
            with draft.part("photoshop-damaged", f"the Photoshop resource {kind}", body.base):
                _read_resource(kind, body, draft)
            offset = start + 4 + (size + 1) // 2 * 2


def _read_resource(kind: int, body: Reader, draft: Draft) -> None:
    if kind == _IPTC:
        read_iptc(body, draft)
    elif kind in _THUMBNAILS:
        _read_thumbnail(body, draft)
    elif kind == _RESOLUTION and (draft.resolution is None or draft.resolution.unit is None):
        draft.resolution = _read_resolution(body)
    elif kind == _ICC:
        read_icc(body.some(0, body.size), draft)
    elif kind == _XMP and draft.xmp is None:
        read_xmp(body.some(0, body.size), draft)
    elif kind == _EXIF and draft.exif is None and body.size > 8:
        read_exif(body, draft)


def _read_resolution(body: Reader) -> Resolution | None:
    """Read ResolutionInfo: pixels an inch, 16.16 fixed point, whatever unit is shown."""
    x, y = body.big(0, 4) / 65536, body.big(8, 4) / 65536
    return Resolution(x, y, "inch") if x and y else None


def _read_thumbnail(body: Reader, draft: Draft) -> None:
    """Read a thumbnail resource: format 1 is JPEG, 0 raw, behind a header of 28 bytes."""
    if len(draft.thumbnails) >= limits.PREVIEWS:
        if all(notice.code != "limit-pictures" for notice in draft.warnings):
            draft.warn("limit-pictures", "thumbnails were left out: too many of them", body.base)
        return
    is_jpeg = body.big(0, 4) == 1
    draft.thumbnails.append(
        Thumbnail(
            source="photoshop",
            width=body.big(4, 4),
            height=body.big(8, 4),
            media_type="image/jpeg" if is_jpeg else None,
            size=max(body.size - 28, 0),
        )
    )
