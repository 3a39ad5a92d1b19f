"""What libvips, ImageMagick, Pillow and tifffile say of a file, as facts under our names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from service.metadata.formats.tiff_names import PHOTOMETRICS, SAMPLE_FORMATS, name_compression
from tests.oracles.our_facts import PER_INCH, Facts, freeze

_ANIMATED: Final = ("gif", "webp")
_UNITS: Final = {"PixelsPerInch": "inch", "PixelsPerCentimeter": "cm"}
_ORIENTATIONS: Final = (
    "TopLeft", "TopRight", "BottomRight", "BottomLeft",
    "LeftTop", "RightTop", "RightBottom", "LeftBottom",
)  # fmt: skip
_IMAGEMAGICK: Final = {
    "None": "Uncompressed", "Zip": "Deflate", "RLE": "RLE", "LZW": "LZW", "JPEG": "JPEG",
    "Group4": "CCITT Group 4", "Fax": "CCITT Group 3", "LZMA": "LZMA", "JPEG2000": "JPEG 2000",
    "BZip": "BZip2", "ZSTD": "Zstandard", "WebP": "WebP",
}  # fmt: skip
_PILLOW_MODELS: Final = {
    "1": "Grayscale", "L": "Grayscale", "LA": "Grayscale", "P": "Palette", "PA": "Palette",
    "RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK", "LAB": "Lab", "I;16": "Grayscale",
    "F": "Grayscale", "I": "Grayscale", "I;16B": "Grayscale",
}  # fmt: skip
_DECODED_MODELS: Final = ("JPEG", "WEBP", "AVIF", "JPEG2000", "ICO", "CUR", "ICNS", "TGA", "PSD")
"""Where Pillow's mode is that of the pixels it makes, not of the samples in the file."""
_PILLOW_STATES_ALPHA: Final = ("PNG", "JPEG2000", "TGA", "AVIF", "QOI", "WEBP")
_CODES: Final = {"vp8": "VP8", "hevc": "HEVC", "av1": "AV1", "jpeg": "JPEG", "avc": "AVC"}


def _number(raw: Mapping[str, Any], key: str) -> float | None:
    return float(raw[key]) if key in raw else None


def read_libvips(raw: Mapping[str, Any]) -> Facts:
    """Give vipsheader's fields. `height` counts all pages where `page-height` gives one."""
    loader = raw.get("vips-loader", "")
    delays = tuple(float(delay) for delay in raw.get("delay", "").split())
    pages = _number(raw, "n-pages")
    animated = loader.startswith(_ANIMATED) and pages is not None and pages > 1
    x, y = float(raw["xres"]) * 25.4, float(raw["yres"]) * 25.4
    stated = "resolution-unit" in raw
    found: Facts = {
        "image.width": _number(raw, "width"),
        "image.height": _number(raw, "height"),
        "image.orientation": _unless_default(int(raw.get("orientation", 1))),
        "image.bitsPerSample": _number(raw, "bits-per-sample") or _number(raw, "heif-bitdepth"),
        "image.pageCount": None if animated else pages,
        "image.resolution": (x, y) if stated else None,
        "animation.frameCount": pages if animated else None,
        "animation.frameDurationsMs": delays if animated else (),
        "animation.loopCount": _number(raw, "loop") if animated else None,
        "encoding.jpeg.chromaSubsampling": raw.get("jpeg-chroma-subsample"),
        "encoding.progressive": raw.get("jpeg-multiscan") == "1" or None,
        "encoding.interlaced": True if raw.get("interlaced") == "1" and "png" in loader else None,
        "encoding.compression": _CODES.get(raw.get("heif-compression", "")),
        "color.iccProfile.size": _binary_size(raw.get("icc-profile-data")),
    }
    if loader.startswith(("heif", "jxl")):
        _show_turned(found)
    return found


def _show_turned(found: Facts) -> None:
    """Move the size to the displayed one: libheif applies clap, irot and imir."""
    found["image.displayWidth"] = found.pop("image.width")
    found["image.displayHeight"] = found.pop("image.height")
    found.pop("image.orientation")


def _unless_default(orientation: int | None) -> int | None:
    """Leave 1 out: readers say it of files that do not."""
    return orientation if orientation != 1 else None


def _binary_size(text: str | None) -> int | None:
    return int(text.split()[0]) if text else None


def read_imagemagick(raw: Mapping[str, Any]) -> Facts:
    """Give identify's escapes. It makes up 72 pixels an inch where a file says nothing."""
    scenes: list[dict[str, str]] = raw["scenes"]
    first, kind = scenes[0], scenes[0]["format"]
    unit = _UNITS.get(first["unit"])
    resolution = (
        (float(first["x"]) * PER_INCH[unit], float(first["y"]) * PER_INCH[unit]) if unit else None
    )
    orientation = first["orientation"]
    found: Facts = {
        "image.width": float(first["width"]),
        "image.height": float(first["height"]),
        "image.bitsPerSample": int(first["bits"]),
        "image.orientation": (
            _unless_default(_ORIENTATIONS.index(orientation) + 1)
            if orientation in _ORIENTATIONS
            else None
        ),
        "image.resolution": resolution,
        "encoding.compression": _IMAGEMAGICK.get(first["compression"], first["compression"]),
        "encoding.progressive": first["interlace"] == "JPEG" if kind == "JPEG" else None,
        "encoding.interlaced": first["interlace"] in ("PNG", "GIF")
        if kind in ("PNG", "GIF")
        else None,
        "encoding.jpeg.samplingFactors": _factors(first["factors"]),
    }
    count = int(first["frames"])
    if kind in ("GIF", "WEBP") and count > 1:
        found["animation.frameCount"] = count
        found["animation.frameDurationsMs"] = tuple(10.0 * float(s["delay"]) for s in scenes)
    elif kind in ("TIFF", "TIFF64", "ICO"):
        found["image.pageCount"] = count
    if kind in ("HEIC", "AVIF"):
        _show_turned(found)
    return found


def _factors(text: str) -> Any:
    pairs = tuple(tuple(map(int, pair.split("x"))) for pair in text.split(",") if pair)
    return pairs or None


def read_pillow(raw: Mapping[str, Any]) -> Facts:
    """Give Pillow's attributes; the mode tells the colour model where nothing is converted."""
    kind, mode = raw["format"], raw["mode"]
    frames = raw["frames"]
    animated = kind in ("GIF", "PNG", "WEBP", "AVIF") and frames > 1
    states_model = kind not in _DECODED_MODELS or mode == "CMYK"
    found: Facts = {
        "image.width": raw["size"][0],
        "image.height": raw["size"][1],
        "image.colorModel": _PILLOW_MODELS.get(mode) if states_model else None,
        "image.hasAlpha": raw["alpha"] if kind in _PILLOW_STATES_ALPHA else None,
        "image.orientation": _unless_default(raw["orientation"]),
        "image.resolution": freeze(raw["dpi"]) if raw["dpi"] != [1, 1] else None,
        "image.pageCount": frames if kind == "TIFF" else None,
        "animation.frameCount": frames if animated else None,
        "animation.loopCount": raw["loop"] if animated else None,
        "animation.frameDurationsMs": freeze(raw.get("durations", [])),
        "encoding.progressive": raw["progressive"] if kind == "JPEG" else None,
        "encoding.interlaced": bool(raw["interlace"]) if kind == "PNG" else None,
        "color.iccProfile.description": raw.get("icc"),
    }
    if kind in ("AVIF", "HEIF"):
        _show_turned(found)
    return found


def read_tifffile(raw: Mapping[str, Any]) -> Facts:
    """Give tifffile's attributes of the first page."""
    photometric = raw["photometric"]
    bits = raw["bits"]
    return {
        "image.width": raw["width"],
        "image.height": raw["height"],
        "image.bitsPerSample": freeze(bits),
        "image.samplesPerPixel": raw["samples"],
        "image.sampleFormat": SAMPLE_FORMATS.get(raw["format"]),
        "image.photometricInterpretation": PHOTOMETRICS.get(photometric, (None,))[0],
        "image.pageCount": raw["pages"],
        "encoding.compression": name_compression(raw["compression"]).name,
        "encoding.tiff.planarConfiguration": {1: "chunky", 2: "planar"}[raw["planar"]],
        "encoding.tiff.predictor": raw["predictor"] if raw["predictor"] != 1 else None,
        "encoding.tiff.layout": "tiled" if raw["tiled"] else "stripped",
        "encoding.tiff.tileWidth": raw["tile"][0] if raw["tiled"] else None,
        "encoding.tiff.tileHeight": raw["tile"][1] if raw["tiled"] else None,
        "encoding.tiff.bigTiff": raw["big"],
        "encoding.tiff.byteOrder": {"<": "little-endian", ">": "big-endian"}[raw["order"]],
    }
