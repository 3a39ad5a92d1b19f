"""What ExifTool says of a file (`exiftool -n -j -D -G1 -struct`), as facts under our names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import log2
from typing import Any, Final

from service.metadata.embedded.iptc import _NAMES as IPTC_NAMES
from service.metadata.embedded.tag_names import EXIF_TAGS, GPS_TAGS, IMAGE_TAGS, INTEROP_TAGS
from tests.oracles.our_facts import NO_QUOTIENT, Fact, Facts, freeze, iptc_texts, texts

_DIRECTORIES: Final[Mapping[str, tuple[str, Mapping[int, str]]]] = {
    "IFD0": ("ifd0", IMAGE_TAGS),
    "ExifIFD": ("exif", EXIF_TAGS),
    "GPS": ("gps", GPS_TAGS),
    "InteropIFD": ("interop", INTEROP_TAGS),
    "IFD1": ("ifd1", IMAGE_TAGS),
}
_ANYWHERE: Final = {**EXIF_TAGS, **IMAGE_TAGS}
_SUBSAMPLING: Final = {
    "1 1": "4:4:4", "2 1": "4:2:2", "2 2": "4:2:0", "1 2": "4:4:0", "4 1": "4:1:1", "4 2": "4:1:0",
    "1 4": "4:4:1", "2 4": "4:2:1",
}  # fmt: skip
_CLASSES: Final = {
    "scnr": "input", "mntr": "display", "prtr": "output", "link": "device link",
    "spac": "color space", "abst": "abstract", "nmcl": "named color",
}  # fmt: skip
_PNG_MODELS: Final = {0: "Grayscale", 2: "RGB", 3: "Palette", 4: "Grayscale", 6: "RGB"}
_PSD_MODES: Final = {
    0: "Bitmap", 1: "Grayscale", 2: "Indexed", 3: "RGB", 4: "CMYK", 7: "Multichannel",
    8: "Duotone", 9: "Lab",
}  # fmt: skip
_XMP_PREFIXES: Final = {
    "microsoft": "MicrosoftPhoto", "iptcCore": "Iptc4xmpCore", "iptcExt": "Iptc4xmpExt",
    "GContainer": "Container",
}  # fmt: skip
_ENVELOPE: Final = frozenset({"CodedCharacterSet", "EnvelopeRecordVersion"})
_ABSOLUTE: Final = frozenset({
    "ThumbnailImage", "PreviewImage", "ThumbnailOffset", "StripOffsets", "StripByteCounts",
    "TileOffsets", "TileByteCounts", "GPSLatitude", "GPSLongitude", "GPSDestLatitude",
    "GPSDestLongitude", "ColorMap", "PreviewImageStart", "OtherImageStart", "JpgFromRawStart",
})  # fmt: skip
"""Offsets, which ExifTool counts from the start of the file, and what it converts to degrees."""
_APEX: Final = {"ShutterSpeedValue": -1, "ApertureValue": 2, "MaxApertureValue": 2}
"""Values in APEX units (CIPA DC-008, annex C), of which ExifTool gives seconds and f-numbers."""
_BINARY: Final = re.compile(r"\(Binary data (\d+) bytes.*")
_CHROMA: Final = {0: "4:0:0", 1: "4:2:0", 2: "4:2:2", 3: "4:4:4"}


def _seconds(value: Any) -> float:
    return float(value) * 1000


_TABLE: Final[Mapping[str, tuple[str, Callable[[Any], Any]]]] = {
    "File:BitsPerSample": ("image.bitsPerSample", int),
    "File:ColorComponents": ("image.samplesPerPixel", int),
    "File:YCbCrSubSampling": ("encoding.jpeg.chromaSubsampling", lambda v: _SUBSAMPLING.get(v, v)),
    "File:EncodingProcess": ("encoding.progressive", lambda v: v in (2, 6, 10, 14)),
    "Adobe:ColorTransform": ("encoding.jpeg.adobeTransform", int),
    "PNG:BitDepth": ("image.bitsPerSample", int),
    "PNG:ColorType": ("image.colorModel", lambda v: _PNG_MODELS.get(v, v)),
    "PNG:Interlace": ("encoding.interlaced", bool),
    "PNG:AnimationFrames": ("animation.frameCount", int),
    "PNG:AnimationPlays": ("animation.loopCount", int),
    "PNG-cICP:ColorPrimaries": ("color.cicp.primaries", int),
    "PNG-cICP:TransferCharacteristics": ("color.cicp.transfer", int),
    "PNG-cICP:MatrixCoefficients": ("color.cicp.matrix", int),
    "QuickTime:ColorPrimaries": ("color.cicp.primaries", int),
    "QuickTime:TransferCharacteristics": ("color.cicp.transfer", int),
    "QuickTime:MatrixCoefficients": ("color.cicp.matrix", int),
    "GIF:GIFVersion": ("file.formatVersion", str),
    "GIF:FrameCount": ("animation.frameCount", int),
    "GIF:Duration": ("animation.durationMs", _seconds),
    "GIF:AnimationIterations": ("animation.loopCount", int),
    "GIF:BitsPerPixel": ("image.bitsPerSample", int),
    "GIF:BackgroundColor": ("encoding.gif.backgroundColorIndex", int),
    "GIF:ColorResolutionDepth": ("encoding.gif.colorResolution", int),
    "RIFF:AnimationLoopCount": ("animation.loopCount", int),
    "RIFF:FrameCount": ("animation.frameCount", int),
    "RIFF:Duration": ("animation.durationMs", _seconds),
    "Jpeg2000:NumberOfComponents": ("image.samplesPerPixel", int),
    "Photoshop:NumChannels": ("image.samplesPerPixel", int),
    "Photoshop:BitDepth": ("image.bitsPerSample", int),
    "Photoshop:ColorMode": ("encoding.psd.colorMode", lambda v: _PSD_MODES.get(v, v)),
    "QuickTime:BitDepthLuma": ("image.bitsPerSample", int),
    "QuickTime:ImagePixelDepth": ("image.bitsPerSample", int),
    "ICC_Profile:ProfileDescription": ("color.iccProfile.description", str),
    "ICC-header:ColorSpaceData": ("color.iccProfile.colorSpace", str),
    "ICC-header:ProfileClass": ("color.iccProfile.class", lambda v: _CLASSES.get(v, v)),
    "ICC-header:ProfileVersion": (
        "color.iccProfile.version", lambda v: f"{v >> 8}.{v >> 4 & 15}.{v & 15}"
    ),
    "Composite:GPSAltitude": ("location.altitude", float),
    "SVG:SVGVersion": ("file.formatVersion", str),
}  # fmt: skip


def read_exiftool(raw: Mapping[str, Any]) -> Facts:
    """Give what ExifTool says under our names; of tags that are there twice, the first."""
    tags = {key: entry for key, entry in raw.items() if key != "SourceFile"}
    values = {key: entry["val"] for key, entry in tags.items()}
    if "ExifTool:Error" in values:
        return {}
    found: Facts = {}
    _read_picture(values, found)
    xmp: dict[str, list[str]] = {}
    is_tiff = values.get("File:FileType") in ("TIFF", "BTF")
    for key, entry in tags.items():
        group, _, name = key.partition(":")
        if group in _DIRECTORIES and not (group == "IFD1" and is_tiff):
            _read_exif(group, name, entry, found)
        elif group == "IPTC" and isinstance(entry["id"], int) and name not in _ENVELOPE:
            label = IPTC_NAMES.get(entry["id"], f"2:{entry['id']}")
            found[f"iptc.{label}"] = iptc_texts(label, entry["val"])
        elif group.startswith("XMP-"):
            label = str(entry["id"]).rpartition(":")[2].partition("-")[0]
            prefix = _XMP_PREFIXES.get(group[4:], group[4:])
            if label in _APEX:
                entry = {"val": _exif_value(label, entry["val"])}
            if prefix != "x" and label not in ("GPSLatitude", "GPSLongitude"):
                xmp.setdefault(f"xmp.{prefix}:{label}", []).extend(_leaves(entry["val"]))
    found.update({label: tuple(sorted(found_texts)) for label, found_texts in xmp.items()})
    return found


def _leaves(value: Any) -> list[str]:
    """Give the texts of a value whose structures have tags with ids of their own."""
    if isinstance(value, Mapping):
        if set(value) == {"id", "val"}:
            return _leaves(value["val"])
        return [text for item in value.values() for text in _leaves(item)]
    if isinstance(value, list):
        return [text for item in value for text in _leaves(item)]
    return texts(value)


def _read_picture(values: Mapping[str, Any], found: Facts) -> None:
    size = str(values.get("Composite:ImageSize", "")).split()
    if len(size) == 2:
        found["image.width"], found["image.height"] = (float(side) for side in size)
    for key, (fact, convert) in _TABLE.items():
        if key in values:
            value = values[key]
            same = isinstance(value, str) and len(set(value.split())) == 1 and convert is int
            found[fact] = freeze(convert(value.split()[0] if same else value))
    _read_heif(values, found)
    if values.get("File:FileType") in ("ICO", "CUR"):
        found["image.pageCount"] = values["File:ImageCount"]
    for group, factors in (("JFIF", {1: 1.0, 2: 2.54}), ("PNG-pHYs", {1: 0.0254})):
        unit = values.get(f"{group}:ResolutionUnit", values.get(f"{group}:PixelUnits"))
        x = values.get(f"{group}:XResolution", values.get(f"{group}:PixelsPerUnitX"))
        y = values.get(f"{group}:YResolution", values.get(f"{group}:PixelsPerUnitY"))
        if unit in factors and x and y and "IFD0:XResolution" not in values:
            found["image.resolution"] = x * factors[unit], y * factors[unit]
    if "GPS:GPSLatitude" in values and "GPS:GPSLatitudeRef" in values:
        position = str(values.get("Composite:GPSPosition", "")).split()
        if len(position) == 2:
            found["location.latitude"], found["location.longitude"] = map(float, position)
    comments = [str(values[key]) for key in ("File:Comment", "GIF:Comment") if key in values]
    if comments:
        found["comments"] = tuple(freeze(comments))  # type: ignore[arg-type]


def _read_heif(values: Mapping[str, Any], found: Facts) -> None:
    """Keep the chroma of HEVC, and the rotation under the name of the format."""
    if "QuickTime:GeneralProfileIDC" in values and "QuickTime:ChromaFormat" in values:
        found["encoding.heic.chromaSubsampling"] = _CHROMA[values["QuickTime:ChromaFormat"]]
    if "QuickTime:Rotation" in values:
        part = "avif" if values.get("File:FileType") == "AVIF" else "heic"
        found[f"encoding.{part}.rotation"] = values["QuickTime:Rotation"]


def _read_exif(group: str, name: str, entry: Mapping[str, Any], found: Facts) -> None:
    directory, names = _DIRECTORIES[group]
    tag = entry["id"]
    if not isinstance(tag, int) or name in _ABSOLUTE:
        return
    label = names.get(tag) or _ANYWHERE.get(tag) or f"0x{tag:04X}"
    found.setdefault(f"exif.{directory}.{label}", _exif_value(label, entry["val"]))


def _exif_value(label: str, value: Any) -> Fact:
    """Undo the conversions that ExifTool makes and that its option -n leaves."""
    binary = _BINARY.match(value) if isinstance(value, str) else None
    if binary:
        return f"[{binary[1]}]"
    if label in _APEX and re.fullmatch(r"[\d.]*[1-9][\d.]*", str(value)):
        return _APEX[label] * log2(float(value))
    if isinstance(value, str) and re.search(r"\b(undef|inf)\b", value):
        return re.sub(r"\b(undef|inf)\b", NO_QUOTIENT, value)
    if label == "GPSTimeStamp":
        return str(value).replace(":", " ")
    return freeze(value)
