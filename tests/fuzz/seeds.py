"""What fuzzing begins from: our test images by parser, and the blocks inside them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from tests.image_bytes import IPTC, XMP, exif_block, icc_profile, localized, photoshop
from tests.images import test_images as make_images
from tests.service.metadata.planted_files import (
    attribute_packet,
    element_packet,
    exif,
    iptc,
    planted_files,
)

EXTENSIONS: Final[Mapping[str, str]] = {
    "jpg": "jpeg", "png": "png", "gif": "gif", "webp": "webp", "tif": "tiff", "bmp": "bmp",
    "heic": "heif", "avif": "heif", "jxl": "jxl", "jp2": "jp2", "ico": "ico", "psd": "psd",
    "svg": "svg", "ppm": "pnm", "dds": "fallback", "tga": "fallback",
}  # fmt: skip
KINDS: Final[Mapping[str, str]] = {
    "JPEG 2000": "jp2", "JPEG XL": "jxl", "JPEG": "jpeg", "PNG": "png", "GIF": "gif",
    "WebP": "webp", "TIFF": "tiff", "BigTIFF": "tiff", "DNG": "tiff", "HEIC": "heif",
    "AVIF": "heif", "PSD": "psd",
}  # fmt: skip


@cache
def make_seeds() -> dict[str, tuple[bytes, ...]]:
    """Give the seeds of each target."""
    seeds: dict[str, list[bytes]] = {
        "exif": [exif_block(), exif_block(order=">"), exif(), exif(">")],
        "xmp": [XMP, attribute_packet(), element_packet()],
        "icc": [icc_profile(localized(("deDE", "Bildschirm"), ("enUS", "Display")))],
        "iptc": [IPTC, iptc()],
        "photoshop": [
            photoshop((0x0404, IPTC)),
            photoshop((0x0404, iptc()), (0x0422, exif()), (0x0424, XMP), (0x040F, b"icc")),
            photoshop((0x03ED, bytes(16)), (0x040C, (1).to_bytes(4, "big") + bytes(40))),
        ],
    }
    for name, data in make_images().items():
        seeds.setdefault(EXTENSIONS[name.rpartition(".")[2]], []).append(data)
    for name, data in planted_files().items():
        kind = next(KINDS[kind] for kind in KINDS if name.startswith(kind))
        seeds.setdefault(kind, []).append(data)
    return {name: tuple(found) for name, found in seeds.items()}
