"""Textual chunks of PNG (third edition, 11.3.3), and the profiles that some software puts there."""

from __future__ import annotations

from typing import Final

from service.metadata.draft import Draft
from service.metadata.embedded.exif import read_exif
from service.metadata.embedded.icc import read_icc
from service.metadata.embedded.photoshop import read_resources
from service.metadata.embedded.xmp import read_xmp
from service.metadata.reader import reader_of

TEXT_CHUNKS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_XMP_KEYWORD: Final = "XML:com.adobe.xmp"
_RAW_PROFILE: Final = "Raw profile type "


def read_text(name: bytes, data: bytes, draft: Draft) -> None:
    """Read a textual chunk: a comment, an XMP packet, or a raw profile in hexadecimal."""
    raw_keyword, _, rest = data.partition(b"\0")
    keyword = raw_keyword.decode("latin-1")
    if name == b"iTXt":
        _read_international(keyword, rest, draft)
        return
    raw = draft.inflate(rest[1:]) if name == b"zTXt" else rest
    if keyword.startswith(_RAW_PROFILE):
        _read_raw_profile(keyword.removeprefix(_RAW_PROFILE), raw, draft)
    elif keyword == _XMP_KEYWORD:
        read_xmp(raw, draft)
    else:
        draft.add_comment(name.decode(), raw.decode("latin-1"), keyword=keyword)


def _read_international(keyword: str, rest: bytes, draft: Draft) -> None:
    """Read iTXt: compression flag and method, language, translated keyword, UTF-8 text."""
    compressed = rest[:1] == b"\x01"
    language, _, after = rest[2:].partition(b"\0")
    _, _, raw = after.partition(b"\0")
    if compressed:
        raw = draft.inflate(raw)
    if keyword == _XMP_KEYWORD:
        read_xmp(raw, draft)
    elif keyword.startswith(_RAW_PROFILE):
        _read_raw_profile(keyword.removeprefix(_RAW_PROFILE), raw, draft)
    else:
        tag = language.decode("latin-1") or None
        text = raw.decode("utf-8", "replace")
        draft.add_comment("iTXt", text, keyword=keyword, language=tag)


def _read_raw_profile(kind: str, text: bytes, draft: Draft) -> None:
    """Read the profile that ImageMagick writes: its name, its size, and hexadecimal lines."""
    lines = text.strip().split(b"\n", 2)
    if len(lines) < 3:
        draft.warn("raw-profile", f"the raw profile {kind} is damaged")
        return
    data = bytes.fromhex("".join(lines[2].decode("ascii", "replace").split()))
    if kind in ("exif", "APP1") and data.startswith((b"Exif\0\0", b"II", b"MM")):
        read_exif(reader_of(data), draft)
    elif kind in ("xmp", "APP1"):
        read_xmp(data.removeprefix(b"http://ns.adobe.com/xap/1.0/\0"), draft)
    elif kind in ("iptc", "8bim"):
        read_resources(reader_of(data), draft)
    elif kind in ("icc", "icm"):
        read_icc(data, draft)
