"""An answer without the place where a picture was taken and the serial numbers of what took it.

Names decide, as the standards spell them, whatever their prefix and however deep they are nested:

- CIPA DC-008: the GPS directory and the pointer to it (4.6.7), BodySerialNumber and
  LensSerialNumber (4.6.6), and MakerNote, whose bytes hold both
- DNG 1.7: CameraSerialNumber, DNGPrivateData, OriginalRawFileData
- GeoTIFF (OGC 19-008): the tags that tie a picture to the ground
- XMP: the GPS properties and serial numbers of exif, exifEX, aux, MicrosoftPhoto, of the locations
  of IPTC Extension, and of drones; W3C's wgs84_pos; GCamera's maker note

Tags without a name go too: nobody but their maker knows what they hold. Of a text, which has no
names, all goes or nothing: it goes where it speaks of one of these, spells a coordinate (ISO 6709,
RFC 5870, decimal degrees, degrees and minutes), or is a picture or an EXIF block in hexadecimal or
base64. Names of places and persons stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from service.metadata.model import Comment, Exif, ImageMetadata, Tags
from service.metadata.record import replace
from service.metadata.values import Block, ExifValue

_WORDS: Final = ("gps", "latitude", "longitude", "longtitude", "serial", "geo:lat", "geo:lon")
"""What names and texts have in common; the fourth is how drones of DJI spell the third."""

_EXPOSURE_LATITUDE: Final = "isospeedlatitude"
"""ISOSpeedLatitudeyyy and ISOSpeedLatitudezzz (CIPA DC-008, 4.6.6) are no places."""

_NAME_PARTS: Final = (
    *_WORDS, "altitude", "coordinate", "makernote", "shot_log_data", "georss",
)  # fmt: skip

_LOCAL_NAMES: Final = frozenset({"lat", "lon", "long", "alt", "lat_long"})
"""Properties of wgs84_pos, whatever prefix a document gives it."""

_TAGS: Final = frozenset({
    "DNGPrivateData", "OriginalRawFileData", "XMLPacket", "IPTC-NAA", "PhotoshopImageResources",
    "ModelPixelScaleTag", "IntergraphMatrixTag", "ModelTiepointTag", "ModelTransformationTag",
    "GeoKeyDirectoryTag", "GeoDoubleParamsTag", "GeoAsciiParamsTag",
})  # fmt: skip
"""Tags that hold a position, or a block in which one may be."""

_UNNAMED: Final = re.compile(r"0x[0-9A-F]{4}")

_COORDINATES: Final = tuple(
    map(
        re.compile,
        (
            r"[+-]\d{2,6}(?:\.\d{1,15})?[+-]\d{3,7}(?:\.\d{1,15})?(?:[+-][\d.]{1,15})?(?:CRS\w{1,20})?/",
            r"[+-]\d{2,6}\.\d{1,15}[+-]\d{3,7}\.\d",
            r"geo:-?\d",
            r"\.\d{4,15}\s?°?\s?[NSns]?\s{0,2}[,;/\s]\s{0,2}[+-]?\d{1,3}\.\d{4}",
            r"[°º][\d\s.,'\"\u2019\u201d\u2032\u2033]{0,30}[NSEW]\b",
            r"deg[\d\s.,'\"\u2019\u201d\u2032\u2033]{0,30}[NSEW]\b",
            r",\d{1,2}[.,]\d{1,15}[NSEW]\b",
        ),
    )
)
"""ISO 6709 with its solidus and without, RFC 5870, decimal degrees, degrees and minutes, and XMP's
GPSCoordinate (part 2, 1.2.2.2). Each begins with what is rare in texts, so that long ones are
searched fast."""

_HEXADECIMAL: Final = ("45786966", "49492a00", "4d4d002a", "ffd8ff", "89504e47")
_BASE64: Final = ("RXhpZ", "SUkqA", "TU0AK", "/9j/", "iVBORw0K")
"""How EXIF, TIFF, JPEG and PNG begin in each."""


def redact(metadata: ImageMetadata) -> ImageMetadata:
    """Give `metadata` without positions and serial numbers; the rest is as it was.

    A redacted answer stays as it is when it is redacted again.
    """
    profile = metadata.color.icc_profile
    if profile is not None and profile.description is not None and _tells(profile.description):
        profile = replace(profile, description=None)
    return replace(
        metadata,
        color=replace(metadata.color, icc_profile=profile),
        exif=_redact_exif(metadata.exif) if metadata.exif is not None else None,
        location=None,
        iptc=_redact_properties(metadata.iptc),
        xmp=_redact_properties(metadata.xmp),
        comments=tuple(comment for comment in metadata.comments if not _is_private(comment)),
        warnings=tuple(notice for notice in metadata.warnings if not _tells(notice.message)),
    )


def _redact_exif(exif: Exif) -> Exif:
    return Exif(
        ifd0=_redact_tags(exif.ifd0),
        exif=_redact_tags(exif.exif),
        gps=None,
        interop=_redact_tags(exif.interop),
        ifd1=_redact_tags(exif.ifd1),
    )


def _redact_tags(tags: Tags | None) -> Tags | None:
    if tags is None:
        return None
    return {
        name: value
        for name, value in tags.items()
        if name not in _TAGS and not _UNNAMED.fullmatch(name)
        if not _names(name) and not _value_tells(value)
    }


def _value_tells(value: ExifValue) -> bool:
    if isinstance(value, Block) and value.hex is not None:
        value = bytes.fromhex(value.hex).decode("latin-1")
    return isinstance(value, str) and _tells(value)


def _redact_properties(values: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if values is None else _redact_value(dict(values)) or {}


def _redact_value(value: Any) -> Any:
    """Give what is left of a text, list or structure; None where nothing is."""
    if isinstance(value, str):
        return None if _tells(value) else value
    kept: object
    if isinstance(value, list):
        kept = [rest for item in value if (rest := _redact_value(item)) is not None]
    else:
        kept = {
            name: rest
            for name, item in value.items()
            if not _names(name) and (rest := _redact_value(item)) is not None
        }
    return kept if kept or not value else None


def _is_private(comment: Comment) -> bool:
    return _names(comment.keyword or "") or _tells(comment.text)


def _names(name: str) -> bool:
    """Whether a tag, property or keyword of this name holds a position or a serial number."""
    plain = name.lower().replace(_EXPOSURE_LATITUDE, "")
    _, prefixed, local = plain.rpartition(":")
    known = bool(prefixed) and local in _LOCAL_NAMES
    return known or any(part in plain for part in _NAME_PARTS)


def _tells(text: str) -> bool:
    """Whether a text tells of a position or a serial number."""
    plain = text.lower().replace(_EXPOSURE_LATITUDE, "")
    return (
        any(word in plain for word in (*_WORDS, *_HEXADECIMAL))
        or any(start in text for start in _BASE64)
        or any(pattern.search(text) for pattern in _COORDINATES)
    )
