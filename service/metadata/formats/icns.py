"""ICNS, icons of macOS: pictures by a type of four letters, as PNG, JPEG 2000 or packed bytes.

Apple publishes the types by name alone (IconStorage.h); the sizes are those of its own encoder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from service.metadata.draft import Draft
from service.metadata.formats.raster import copy_picture, describe_compression, describe_samples
from service.metadata.model import Page
from service.metadata.reader import Reader

_HEADER: Final = 8
_MOST_ELEMENTS: Final = 256
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JP2: Final = (b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")
_SIZES: Final[Mapping[bytes, int]] = {
    b"ICON": 32, b"ICN#": 32, b"ics#": 16, b"ics4": 16, b"ics8": 16, b"is32": 16, b"icl4": 32,
    b"icl8": 32, b"il32": 32, b"ich#": 48, b"ich4": 48, b"ich8": 48, b"ih32": 48, b"it32": 128,
    b"icp4": 16, b"icp5": 32, b"icp6": 64, b"ic04": 16, b"ic05": 32, b"icsb": 18, b"icsB": 36,
    b"sb24": 24, b"SB24": 48, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024,
    b"ic11": 32, b"ic12": 64, b"ic13": 256, b"ic14": 512,
}  # fmt: skip
"""Pixels of each side; a picture that is a file of its own says it better."""
_BITS: Final[Mapping[bytes, int]] = {
    b"ICON": 1, b"ICN#": 1, b"ics#": 1, b"ich#": 1, b"ics4": 4, b"icl4": 4, b"ich4": 4,
    b"ics8": 8, b"icl8": 8, b"ich8": 8,
}  # fmt: skip
_WITH_ALPHA: Final = (b"ic04", b"ic05", b"icsb", b"icsB")
_MASKS: Final[Mapping[bytes, bytes]] = {
    b"is32": b"s8mk",
    b"il32": b"l8mk",
    b"ih32": b"h8mk",
    b"it32": b"t8mk",
}


class _Picture(NamedTuple):
    """A picture: its type, its bytes, the size of each side, and the file that it may be."""

    kind: bytes
    body: Reader
    width: int
    height: int
    file: str | None

    @property
    def compression(self) -> str:
        """How it is packed."""
        if self.file is not None:
            return "Deflate" if self.file == "PNG" else "JPEG 2000"
        return "RLE" if self.kind in _MASKS or self.kind in _WITH_ALPHA else "Uncompressed"


def read_icns(reader: Reader, draft: Draft) -> None:
    """Read an icon: all pictures as pages, of which the largest comes first and counts."""
    draft.format, draft.media_type = "ICNS", "image/icns"
    pictures: list[_Picture] = []
    kinds: set[bytes] = set()
    with draft.part("truncated", "the icon"):
        offset = _HEADER
        for _ in range(_MOST_ELEMENTS):
            kind, size = reader.some(offset, 4), max(reader.big(offset + 4, 4), _HEADER)
            kinds.add(kind)
            if kind in _SIZES:
                body = reader.window(offset + _HEADER, size - _HEADER)
                pictures.append(_read_picture(kind, body))
            offset += size
            if offset >= reader.size:
                break
    if not pictures:
        draft.warn("no-entry", "no picture could be read", reader.base)
        return
    pictures.sort(key=lambda p: (p.width * p.height, p.body.size), reverse=True)
    draft.page_count = len(pictures)
    if len(pictures) > 1:
        draft.pages = tuple(Page(p.width, p.height, p.compression) for p in pictures)
    _describe(pictures[0], kinds, draft)


def _read_picture(kind: bytes, body: Reader) -> _Picture:
    head = body.some(0, 24)
    size = _SIZES[kind]
    if head.startswith(_PNG) and len(head) == 24:
        width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:], "big")
        return _Picture(kind, body, width, height, "PNG")
    return _Picture(kind, body, size, size, "JP2" if head.startswith(_JP2) else None)


def _describe_file(picture: _Picture, draft: Draft) -> None:
    """Describe a picture that is a PNG or JPEG 2000 file of its own."""
    inner = Draft(size=picture.body.size)
    if picture.file == "PNG":
        from service.metadata.formats.png import read_png

        read_png(picture.body, inner)
    else:
        from service.metadata.formats.jp2 import read_jp2

        read_jp2(picture.body, inner)
    copy_picture(inner, draft)


def _describe(picture: _Picture, kinds: set[bytes], draft: Draft) -> None:
    if picture.file is not None:
        _describe_file(picture, draft)
        return
    draft.width, draft.height = picture.width, picture.height
    describe_compression(draft, picture.compression, lossless=True)
    bits = _BITS.get(picture.kind)
    if bits is not None:
        model = "Grayscale" if bits == 1 else "Palette"
        alpha = picture.kind.endswith(b"#")
        describe_samples(draft, (bits,), model=model, alpha=alpha)
        return
    alpha = picture.kind in _WITH_ALPHA or _MASKS.get(picture.kind) in kinds
    describe_samples(draft, (8,) * (4 if alpha else 3), model="RGB", alpha=alpha)
