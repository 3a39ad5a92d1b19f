"""IPTC Information Interchange Model: the application record's datasets by name (IIM 4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.text import decode_western
from service.metadata.reader import Reader

_NAMES: Final[Mapping[int, str]] = {
    0: "RecordVersion", 3: "ObjectTypeReference", 4: "ObjectAttributeReference",
    5: "ObjectName", 7: "EditStatus",
    8: "EditorialUpdate", 10: "Urgency", 12: "SubjectReference", 15: "Category",
    20: "SupplementalCategory", 22: "FixtureIdentifier", 25: "Keywords",
    26: "ContentLocationCode", 27: "ContentLocationName", 30: "ReleaseDate", 35: "ReleaseTime",
    37: "ExpirationDate", 38: "ExpirationTime", 40: "SpecialInstructions", 42: "ActionAdvised",
    45: "ReferenceService", 47: "ReferenceDate", 50: "ReferenceNumber", 55: "DateCreated",
    60: "TimeCreated", 62: "DigitalCreationDate", 63: "DigitalCreationTime",
    65: "OriginatingProgram", 70: "ProgramVersion", 75: "ObjectCycle", 80: "By-line",
    85: "By-lineTitle", 90: "City", 92: "Sublocation", 95: "ProvinceState",
    100: "CountryCode", 101: "CountryName", 103: "OriginalTransmissionReference",
    105: "Headline", 110: "Credit", 115: "Source", 116: "CopyrightNotice", 118: "Contact",
    120: "CaptionAbstract", 121: "LocalCaption", 122: "WriterEditor", 130: "ImageType",
    131: "ImageOrientation", 135: "LanguageIdentifier", 150: "AudioType", 151: "AudioSamplingRate",
    152: "AudioSamplingResolution", 153: "AudioDuration", 154: "AudioOutcue",
    184: "JobID", 185: "MasterDocumentID", 200: "ObjectPreviewFileFormat",
    201: "ObjectPreviewFileVersion", 186: "ShortDocumentID", 187: "UniqueDocumentID",
    188: "OwnerID", 221: "Prefs",
    225: "ClassifyState", 228: "SimilarityIndex", 230: "DocumentNotes", 231: "DocumentHistory",
    232: "ExifCameraInfo", 255: "CatalogSets",
}  # fmt: skip
_REPEATABLE: Final = frozenset({4, 12, 20, 25, 26, 27, 45, 47, 50, 80, 85, 118, 122})
_BINARY: Final = frozenset({0, 200, 201})
"""Datasets that are binary numbers (IIM 4.2, 6); all others but the preview are text."""
_PREVIEW: Final = 202
_MARK: Final = 0x1C
_UTF8: Final = b"\x1b%G"


def read_iptc(reader: Reader, draft: Draft) -> None:
    """Read the datasets in `reader`; record 2 by name, record 1 for its character set.

    Repeatable datasets are lists. What other software puts before and after is passed over.
    """
    if draft.iptc is not None:
        return
    values: dict[str, str | list[str]] = {}
    with draft.part("iptc-damaged", "the IPTC block", reader.base):
        _read_datasets(reader, values)
    if values:
        draft.iptc = values


def _read_datasets(reader: Reader, values: dict[str, str | list[str]]) -> None:
    offset, encoding = 0, None
    for _ in range(limits.CHUNKS):
        head = reader.some(offset, 5)
        if len(head) < 5 or head[0] != _MARK:
            return
        record, dataset, size = head[1], head[2], int.from_bytes(head[3:5], "big")
        offset += 5
        if size & 0x8000:
            width = size & 0x7FFF
            size = reader.big(offset, width) if width <= 8 else reader.size
            offset += width
        data = reader.take(offset, size)
        offset += size
        if (record, dataset) == (1, 90) and data == _UTF8:
            encoding = "utf-8"
        elif record == 2 and dataset in _BINARY:
            _keep(values, dataset, str(int.from_bytes(data[:8], "big")))
        elif record == 2 and dataset != _PREVIEW:
            _keep(values, dataset, _decode(data, encoding))


def _keep(values: dict[str, str | list[str]], dataset: int, text: str) -> None:
    name = _NAMES.get(dataset, f"2:{dataset}")
    known = values.get(name)
    if isinstance(known, list):
        known.append(text)
    elif known is not None:
        values[name] = [known, text]
    else:
        values[name] = [text] if dataset in _REPEATABLE else text


def _decode(data: bytes, encoding: str | None) -> str:
    """Decode text: as declared, and UTF-8 where undeclared text happens to be valid UTF-8."""
    data = data[: limits.TEXT_BYTES]
    try:
        return data.decode("utf-8").rstrip("\0 ")
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace") if encoding else decode_western(data)
        return text.rstrip("\0 ")
