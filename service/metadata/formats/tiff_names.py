"""What the numbers in a TIFF directory stand for.

TIFF 6.0; its supplements 1 and 2; RFC 2301 (TIFF-FX); DNG 1.7; and the registrations that libtiff's
tiff.h lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Compression(NamedTuple):
    """A compression's name, and whether it loses nothing; None: its data may do either."""

    name: str | None
    lossless: bool | None


OLD_JPEG: Final = 6
JPEG: Final = 7
LOSSY_DNG: Final = 34892

COMPRESSIONS: Final[Mapping[int, Compression]] = {
    1: Compression("Uncompressed", True),
    2: Compression("CCITT Huffman RLE", True),
    3: Compression("CCITT Group 3", True),
    4: Compression("CCITT Group 4", True),
    5: Compression("LZW", True),
    OLD_JPEG: Compression("JPEG (old-style)", False),
    JPEG: Compression("JPEG", None),
    8: Compression("Deflate", True),
    9: Compression("JBIG (T.85)", True),
    10: Compression("JBIG (T.43)", True),
    22610: Compression("JPEG XR (NDPI)", None),
    32766: Compression("NeXT RLE", True),
    32767: Compression("Sony ARW", None),
    32769: Compression("Packed RAW", True),
    32770: Compression("Samsung SRW", None),
    32771: Compression("CCITT Huffman RLE, word-aligned", True),
    32773: Compression("PackBits", True),
    32809: Compression("ThunderScan", True),
    32867: Compression("Kodak KDC", None),
    32895: Compression("IT8 CT padded", True),
    32896: Compression("IT8 line work RLE", True),
    32897: Compression("IT8 monochrome RLE", True),
    32898: Compression("IT8 binary line art RLE", True),
    32908: Compression("Pixar film", None),
    32909: Compression("PixarLog", None),
    32946: Compression("Deflate (old-style)", True),
    32947: Compression("Kodak DCS", None),
    33003: Compression("JPEG 2000 (Aperio YCbCr)", None),
    33005: Compression("JPEG 2000 (Aperio RGB)", None),
    34661: Compression("JBIG", True),
    34676: Compression("SGILog", None),
    34677: Compression("SGILog24", None),
    34712: Compression("JPEG 2000", None),
    34713: Compression("Nikon NEF", None),
    34715: Compression("JBIG2 (TIFF-FX)", None),
    34718: Compression("MDI binary level codec", None),
    34719: Compression("MDI progressive transform codec", None),
    34720: Compression("MDI vector", None),
    34887: Compression("LERC", None),
    LOSSY_DNG: Compression("JPEG (lossy DNG)", False),
    34925: Compression("LZMA", True),
    34926: Compression("Zstandard (old-style)", True),
    34927: Compression("WebP (old-style)", None),
    34933: Compression("PNG", True),
    34934: Compression("JPEG XR", None),
    50000: Compression("Zstandard", True),
    50001: Compression("WebP", None),
    50002: Compression("JPEG XL", None),
    52546: Compression("JPEG XL (DNG)", None),
    65000: Compression("Kodak DCR", None),
    65535: Compression("Pentax PEF", None),
}

SEPARATED: Final = 5
PALETTE: Final = 3
PHOTOMETRICS: Final[Mapping[int, tuple[str, str]]] = {
    0: ("WhiteIsZero", "Grayscale"),
    1: ("BlackIsZero", "Grayscale"),
    2: ("RGB", "RGB"),
    PALETTE: ("RGBPalette", "Palette"),
    4: ("TransparencyMask", "Mask"),
    SEPARATED: ("CMYK", "CMYK"),
    6: ("YCbCr", "YCbCr"),
    8: ("CIELab", "Lab"),
    9: ("ICCLab", "Lab"),
    10: ("ITULab", "Lab"),
    32803: ("CFA", "CFA"),
    32844: ("LogL", "LogL"),
    32845: ("LogLuv", "LogLuv"),
    34892: ("LinearRaw", "LinearRaw"),
    51177: ("DepthMap", "Depth"),
    52527: ("PhotometricMask", "Mask"),
}
"""The interpretation and the colour model of each."""

SAMPLE_FORMATS: Final[Mapping[int, str]] = {
    1: "unsignedInteger",
    2: "signedInteger",
    3: "float",
    4: "undefined",
    5: "complexInteger",
    6: "complexFloat",
}
EXTRA_SAMPLES: Final[Mapping[int, str]] = {
    0: "unspecified",
    1: "associatedAlpha",
    2: "unassociatedAlpha",
}
PLANAR_CONFIGURATIONS: Final[Mapping[int, str]] = {1: "chunky", 2: "planar"}


def name_compression(code: int | None) -> Compression:
    """Name a compression; one that is not registered keeps its number."""
    if code is None:
        return Compression(None, None)
    return COMPRESSIONS.get(code) or Compression(f"unknown ({code})", None)


def name_photometric(code: int | None, *, ink_set: int | None) -> tuple[str | None, str | None]:
    """Name (interpretation, colour model); inks that are not CMYK are separated (TIFF 6.0, 16)."""
    if code is None:
        return None, None
    if code == SEPARATED and ink_set == 2:
        return "Separated", None
    return PHOTOMETRICS.get(code, (f"unknown ({code})", None))
