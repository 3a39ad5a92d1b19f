"""The metadata boxes of JPEG XL (ISO/IEC 18181-2), plain or packed by Brotli in brob."""

from __future__ import annotations

from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.brotli_data import unpack_brotli
from service.metadata.embedded.exif import read_exif
from service.metadata.embedded.xmp import read_xmp
from service.metadata.model import GainMap
from service.metadata.reader import Reader, reader_of

_READ: Final = (b"Exif", b"xml ")
"""Boxes whose content is read; of jhgm it is enough that it is there."""


def read_metadata(name: bytes, body: Reader, draft: Draft) -> None:
    """Read a box; one of another name says nothing that is answered."""
    if name == b"Exif":
        with draft.part("exif-damaged", "the Exif box", body.base):
            read_exif(body.window(4 + body.big(0, 4), body.size), draft)
    elif name == b"xml ":
        read_xmp(body.some(0, limits.XMP_BYTES), draft)
    elif name == b"jhgm":
        draft.gain_map = draft.gain_map or GainMap("ISO 21496-1", _read_version(body))


def _read_version(body: Reader) -> str | None:
    """Give the version of ISO 21496-1 that a reader needs: behind jhgm's own, and a size."""
    head = body.some(0, 5)
    return str(int.from_bytes(head[3:], "big")) if head[:1] == b"\0" and len(head) == 5 else None


def read_packed(name: bytes, packed: Reader, draft: Draft) -> None:
    """Read what a brob box holds in place of the box `name`."""
    data = b""
    if name in _READ:
        with draft.part("brotli", f"the packed box {name.decode()}", packed.base):
            data = unpack_brotli(packed, draft, most=limits.XMP_BYTES)
        if not data:
            return
    read_metadata(name, reader_of(data), draft)
