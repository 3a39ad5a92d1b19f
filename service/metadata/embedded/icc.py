"""The header and description of an ICC profile (ICC.1:2022)."""

from __future__ import annotations

from struct import Struct
from typing import Final

from service.metadata.draft import Draft
from service.metadata.embedded.text import decode_text
from service.metadata.model import IccProfile
from service.metadata.reader import Reader, reader_of

_HEADER_SIZE: Final = 128
_TAG: Final = Struct(">4sII")
_MOST_TAGS: Final = 200
_CLASSES: Final = {
    "scnr": "input",
    "mntr": "display",
    "prtr": "output",
    "link": "device link",
    "spac": "color space",
    "abst": "abstract",
    "nmcl": "named color",
}


def read_icc(data: bytes, draft: Draft) -> None:
    """Read a profile into the draft; the first one of a file counts."""
    if draft.icc_profile is not None or not data:
        return
    reader = reader_of(data)
    with draft.part("icc-damaged", "the ICC profile"):
        header = reader.take(0, _HEADER_SIZE)
        if header[36:40] != b"acsp":
            draft.icc_profile = IccProfile(None, len(data), None, None, None)
            draft.warn("icc-damaged", "the ICC profile lacks its signature")
            return
        draft.icc_profile = IccProfile(
            description=_read_description(reader, draft),
            size=len(data),
            color_space=_signature(header[16:20]),
            version=f"{header[8]}.{header[9] >> 4}.{header[9] & 15}",
            class_=_CLASSES.get(header[12:16].decode("latin-1"), _signature(header[12:16])),
        )


def _signature(data: bytes) -> str | None:
    text = data.decode("latin-1").rstrip("\0 ")
    return text if text.isprintable() and text else None


def _read_description(reader: Reader, draft: Draft) -> str | None:
    """Give the text of the tag `desc` (9.2.41), of type desc (version 2) or mluc (version 4)."""
    with draft.part("icc-damaged", "the tag table of the ICC profile"):
        count = min(reader.big(_HEADER_SIZE, 4), _MOST_TAGS)
        table = reader.some(_HEADER_SIZE + 4, count * _TAG.size)
        whole = len(table) // _TAG.size
        for name, offset, size in _TAG.iter_unpack(table[: whole * _TAG.size]):
            if name == b"desc":
                return _read_text(reader.window(offset, size))
        if whole < count:
            reader.take(_HEADER_SIZE + 4 + whole * _TAG.size, _TAG.size)
    return None


def _read_text(tag: Reader) -> str | None:
    kind = tag.take(0, 4)
    if kind == b"desc":
        return decode_text(tag.some(12, tag.big(8, 4))) or None
    if kind == b"mluc":
        return _read_localized(tag)
    if kind == b"text":
        return decode_text(tag.some(8, tag.size)) or None
    return None


def _read_localized(tag: Reader) -> str | None:
    """Give the English record of a multiLocalizedUnicodeType (10.15), or else the first."""
    records = [16 + 12 * index for index in range(min(tag.big(8, 4), _MOST_TAGS))]
    if not records:
        return None
    english = (at for at in records if tag.some(at, 2) == b"en")
    chosen = next(english, records[0])
    text = tag.some(tag.big(chosen + 8, 4), tag.big(chosen + 4, 4))
    return text.decode("utf-16-be", "replace").rstrip("\0 ") or None
