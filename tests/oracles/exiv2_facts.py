"""What Exiv2 says of a file, as facts under our names: values raw, names its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from service.metadata.embedded.tag_names import EXIF_TAGS, IMAGE_TAGS
from tests.oracles.our_facts import NO_QUOTIENT, Fact, Facts, iptc_texts, texts

_GROUPS: Final = {
    "Image": "ifd0", "Photo": "exif", "GPSInfo": "gps", "Iop": "interop", "Thumbnail": "ifd1",
}  # fmt: skip
_EXIF_NAMES: Final = {
    "ISOSpeedRatings": "PhotographicSensitivity", "ExifTag": "ExifIFDPointer",
    "GPSTag": "GPSInfoIFDPointer", "InteroperabilityTag": "InteroperabilityIFDPointer",
    "IPTCNAA": "IPTC-NAA", "ImageResources": "PhotoshopImageResources",
}  # fmt: skip
_IPTC_NAMES: Final = {
    "Byline": "By-line", "BylineTitle": "By-lineTitle", "Caption": "CaptionAbstract",
    "Copyright": "CopyrightNotice",
    "TransmissionReference": "OriginalTransmissionReference", "Writer": "WriterEditor",
    "SuppCategory": "SupplementalCategory", "Program": "OriginatingProgram",
    "Language": "LanguageIdentifier", "LocationCode": "ContentLocationCode",
    "LocationName": "ContentLocationName", "Subject": "SubjectReference",
    "ObjectType": "ObjectTypeReference", "ObjectAttribute": "ObjectAttributeReference",
    "DigitizationDate": "DigitalCreationDate", "DigitizationTime": "DigitalCreationTime",
    "SubLocation": "Sublocation", "FixtureId": "FixtureIdentifier",
}  # fmt: skip
_SKIPPED: Final = frozenset({
    "ExifIFDPointer", "GPSInfoIFDPointer", "InteroperabilityIFDPointer", "MakerNote",
    "InterColorProfile", "IPTC-NAA", "XMLPacket", "PhotoshopImageResources", "JPEGTables",
    "PrintImageMatching", "Padding", "StripOffsets", "StripByteCounts", "TileOffsets",
    "TileByteCounts",
})  # fmt: skip
"""Places in the file, which Exiv2 moves, and bytes that are read and not listed."""
_SECOND_PAGE: Final = ("Thumbnail", "image/tiff")
"""The second directory of a TIFF file is a page of ours, no thumbnail."""
_RATIONAL: Final = re.compile(r"^(-?\d+)/(-?\d+)$")
_XMP_PREFIXES: Final = {"iptc": "Iptc4xmpCore", "iptcExt": "Iptc4xmpExt"}


def read_exiv2(raw: Mapping[str, Any]) -> Facts:
    """Give what Exiv2 says. It has no size for formats that it reads for metadata alone."""
    found: Facts = {}
    if raw["width"] and raw["height"]:
        found["image.width"], found["image.height"] = raw["width"], raw["height"]
    for key, value in raw["exif"].items():
        _, group, name = key.split(".", 2)
        name = _EXIF_NAMES.get(name, name)
        if name.startswith("0x"):
            tag = int(name, 16)
            name = EXIF_TAGS.get(tag) or IMAGE_TAGS.get(tag) or f"0x{tag:04X}"
        if group in _GROUPS and name not in _SKIPPED and (group, raw["kind"]) != _SECOND_PAGE:
            found[f"exif.{_GROUPS[group]}.{name}"] = _exif_value(name, str(value))
    for key, value in raw["iptc"].items():
        _, record, name = key.split(".", 2)
        if record == "Application2":
            label = _IPTC_NAMES.get(name, name)
            label = f"2:{int(label, 16)}" if label.startswith("0x") else label
            found[f"iptc.{label}"] = iptc_texts(label, value)
    _read_xmp(raw["xmp"], found)
    return found


def _exif_value(name: str, value: str) -> Fact:
    """Give rationals as quotients, and text in a known character code without that code."""
    if name in ("ExifVersion", "FlashpixVersion", "InteroperabilityVersion"):
        codes = value.split()
        if all(code.isdigit() and int(code) < 256 for code in codes):
            return bytes(map(int, codes)).split(b"\0")[0].decode("latin-1")
    if name in ("UserComment", "GPSProcessingMethod", "GPSAreaInformation"):
        value = re.sub(r"^charset=\"?\w+\"?\s?", "", value)
    parts = [_RATIONAL.match(part) for part in value.split()]
    if parts and all(parts):
        return tuple(
            int(part[1]) / int(part[2]) if int(part[2]) else NO_QUOTIENT
            for part in parts if part
        )  # fmt: skip
    return value.replace("\0", " ").strip()


def _read_xmp(properties: Mapping[str, Any], found: Facts) -> None:
    """Gather the texts of each property; a structure's members have keys of their own."""
    gathered: dict[str, list[str]] = {}
    for key, value in properties.items():
        _, prefix, path = key.split(".", 2)
        prefix = _XMP_PREFIXES.get(prefix, prefix)
        name = re.split(r"[\[/]", path, maxsplit=1)[0]
        if isinstance(value, str) and value.startswith('type="'):
            continue
        gathered.setdefault(f"xmp.{prefix}:{name}", []).extend(texts(value))
    found.update({fact: tuple(sorted(values)) for fact, values in gathered.items()})
