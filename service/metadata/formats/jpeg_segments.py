"""The application segments of a JPEG stream: each reader takes a segment's body.

Blocks that span several segments (ICC, Photoshop, extended XMP) are gathered in `Pieces`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.text import decode_text
from service.metadata.model import GainMap, Resolution, Thumbnail
from service.metadata.reader import Reader

if TYPE_CHECKING:
    from service.metadata.embedded.multi_picture import MultiPicture

_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED_XMP: Final = b"http://ns.adobe.com/xmp/extension/\0"
_ICC: Final = b"ICC_PROFILE\0"
_PHOTOSHOP: Final = b"Photoshop 3.0\0"
_GAIN_MAP: Final = b"urn:iso:std:iso:ts:21496:-1\0"
_UNITS: Final = {1: "inch", 2: "cm"}


class Pieces:
    """What the segments said that only makes sense together."""

    jfif: bool = False
    adobe: int | None = None
    icc_count: int = 0
    xmp: bytes | None = None
    pictures: MultiPicture | None = None

    def __init__(self) -> None:
        self.icc: dict[int, bytes] = {}
        self.photoshop: list[bytes] = []
        self.extended_xmp: dict[int, bytes] = {}


def read_application(marker: int, body: Reader, *, pieces: Pieces, draft: Draft) -> None:
    """Read an APPn segment; one of no known kind is passed over."""
    head = body.some(0, 35)
    if marker == 0xE0:
        _read_app0(head, body, pieces=pieces, draft=draft)
    elif marker == 0xE1:
        _read_app1(head, body, pieces=pieces, draft=draft)
    elif marker == 0xE2:
        _read_app2(head, body, pieces=pieces, draft=draft)
    elif marker == 0xED and head.startswith(_PHOTOSHOP):
        pieces.photoshop.append(body.some(len(_PHOTOSHOP), body.size))
    elif marker == 0xEE and head.startswith(b"Adobe") and body.size >= 12:
        pieces.adobe = head[11]


def read_comment(body: Reader, draft: Draft) -> None:
    """Keep the text of a COM segment."""
    draft.add_comment("COM", decode_text(body.some(0, body.size)))


def _read_app0(head: bytes, body: Reader, *, pieces: Pieces, draft: Draft) -> None:
    """Read a JFIF header (T.871, 10.1) or its extension with a thumbnail (JFIF 1.02)."""
    if head.startswith(b"JFXX\0"):
        _read_jfif_extension(body, draft)
    if not head.startswith(b"JFIF\0") or pieces.jfif:
        return
    pieces.jfif = True
    if len(head) < 12:
        return
    draft.format_version = f"JFIF {head[5]}.{head[6]:02d}"
    x, y = int.from_bytes(head[8:10], "big"), int.from_bytes(head[10:12], "big")
    unit = _UNITS.get(head[7])
    if x and y and (draft.resolution is None or (unit and draft.resolution.unit is None)):
        draft.resolution = Resolution(x, y, unit)
    if len(head) >= 14 and head[12] and head[13]:
        size = 3 * head[12] * head[13]
        draft.thumbnails.append(Thumbnail("jfif", head[12], head[13], None, size))


def _read_jfif_extension(body: Reader, draft: Draft) -> None:
    from service.metadata.embedded.thumbnail import add_jpeg

    kind = body.some(5, 3)
    if kind[:1] == b"\x10":
        add_jpeg(body.window(6, body.size), source="jfif", draft=draft)
    elif kind[:1] in (b"\x11", b"\x13") and len(kind) == 3:
        size = body.size - 8
        draft.thumbnails.append(Thumbnail("jfif", kind[1], kind[2], None, size))


def _read_exif(body: Reader, draft: Draft) -> None:
    """Read an EXIF block, whose resolution stands above JFIF's density.

    EXIF must state one (CIPA DC-008, 4.6.4); in JFIF many writers leave their default.
    """
    from service.metadata.embedded.exif import read_exif

    density, draft.resolution = draft.resolution, None
    read_exif(body, draft)
    if density and (draft.resolution is None or draft.resolution.unit is None):
        draft.resolution = density


def _read_app1(head: bytes, body: Reader, *, pieces: Pieces, draft: Draft) -> None:
    if head.startswith((b"Exif\0\0", b"Exif\0\xff")):
        _read_exif(body, draft)
    elif head.startswith(_XMP):
        pieces.xmp = pieces.xmp or body.some(len(_XMP), body.size)
    elif head.startswith(_EXTENDED_XMP):
        _gather_extended_xmp(body, pieces)


def _gather_extended_xmp(body: Reader, pieces: Pieces) -> None:
    """Keep a part of extended XMP (XMP specification part 3, 1.1.3.1) under its offset."""
    prefix = len(_EXTENDED_XMP)
    offset = body.big(prefix + 36, 4)
    if sum(map(len, pieces.extended_xmp.values())) < limits.XMP_BYTES:
        pieces.extended_xmp[offset] = body.some(prefix + 40, body.size)


def _read_app2(head: bytes, body: Reader, *, pieces: Pieces, draft: Draft) -> None:
    if head.startswith(_ICC) and len(head) >= 14:
        pieces.icc.setdefault(head[12], body.some(14, body.size))
        pieces.icc_count = max(pieces.icc_count, head[13])
    elif head.startswith(b"MPF\0") and pieces.pictures is None:
        from service.metadata.embedded.multi_picture import read_multi_picture

        with draft.part("mpf-damaged", "the index of pictures", body.base):
            pieces.pictures = read_multi_picture(body.window(4, body.size), draft)
    elif head.startswith(_GAIN_MAP):
        draft.gain_map = draft.gain_map or GainMap("ISO 21496-1", None)
