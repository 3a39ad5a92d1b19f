"""What Pillow calls the formats and modes of the long tail, and what they are here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.metadata.record import Record


class Plugin(Record):
    """A format: the module of its plugin, its media type (IANA's where there is one).

    `mark` is what must be at `mark_at` where the plugin itself looks at no signature.
    """

    module: str
    media_type: str
    mark: bytes = b""
    mark_at: int = 0


PLUGINS: Final[Mapping[str, Plugin]] = {
    "DCX": Plugin("DcxImagePlugin", "image/x-dcx"),
    "SUN": Plugin("SunImagePlugin", "image/x-sun-raster"),
    "FLI": Plugin("FliImagePlugin", "video/x-fli"),
    "BLP": Plugin("BlpImagePlugin", "image/x-blp"),
    "FTEX": Plugin("FtexImagePlugin", "image/x-ftex"),
    "GBR": Plugin("GbrImagePlugin", "image/x-gimp-gbr"),
    "MSP": Plugin("MspImagePlugin", "image/x-msp"),
    "XBM": Plugin("XbmImagePlugin", "image/x-xbitmap"),
    "WMF": Plugin("WmfImagePlugin", "image/wmf"),
    "PCD": Plugin("PcdImagePlugin", "image/x-photo-cd", b"PCD_", 2048),
    "PIXAR": Plugin("PixarImagePlugin", "image/x-pixar"),
    "XVTHUMB": Plugin("XVThumbImagePlugin", "image/x-xv-thumbnail"),
    "MCIDAS": Plugin("McIdasImagePlugin", "image/x-mcidas"),
    "SPIDER": Plugin("SpiderImagePlugin", "image/x-spider"),
    "EPS": Plugin("EpsImagePlugin", "application/postscript"),
}
"""In the order in which they are asked."""


class Mode(Record):
    """A Pillow mode in the words of the answer."""

    color_model: str
    photometric: str
    bits: int
    samples: int
    alpha: bool = False
    sample_format: str = "unsignedInteger"


MODES: Final[Mapping[str, Mode]] = {
    "1": Mode("Grayscale", "BlackIsZero", 1, 1),
    "L": Mode("Grayscale", "BlackIsZero", 8, 1),
    "LA": Mode("Grayscale", "BlackIsZero", 8, 2, alpha=True),
    "P": Mode("Palette", "RGBPalette", 8, 1),
    "PA": Mode("Palette", "RGBPalette", 8, 2, alpha=True),
    "RGB": Mode("RGB", "RGB", 8, 3),
    "RGBA": Mode("RGB", "RGB", 8, 4, alpha=True),
    "CMYK": Mode("CMYK", "CMYK", 8, 4),
    "YCbCr": Mode("YCbCr", "YCbCr", 8, 3),
    "I;16": Mode("Grayscale", "BlackIsZero", 16, 1),
    "I;16B": Mode("Grayscale", "BlackIsZero", 16, 1),
    "I": Mode("Grayscale", "BlackIsZero", 32, 1, sample_format="signedInteger"),
    "F": Mode("Grayscale", "BlackIsZero", 32, 1, sample_format="float"),
}

COMPRESSIONS: Final[Mapping[str, str]] = {
    "raw": "Uncompressed",
    "sun_rle": "RLE",
    "pcx": "RLE",
    "msp": "RLE",
}
"""What Pillow calls its decoders; those of text and of drawings pack nothing."""
BLOCK_COMPRESSIONS: Final[Mapping[int, str]] = {
    1: "DXT1", 2: "DXT3", 3: "DXT5", 4: "BC4", 5: "BC5", 6: "BC6H", 7: "BC7",
}  # fmt: skip
"""By the number of Direct3D 11's BC formats; those with an older name in DDS files by that."""
LOSSLESS: Final = frozenset(COMPRESSIONS.values())
