"""What fuzzing begins from: our test images by the parser that reads them, and single blocks."""

from __future__ import annotations

import struct
from functools import cache

from service.metadata import detect
from tests.image_bytes import IPTC, XMP, exif_block, icc_profile, localized, photoshop
from tests.images import test_images as make_images
from tests.service.metadata.heif_files import box
from tests.service.metadata.long_tail_files import FILES as LONG_TAIL
from tests.service.metadata.long_tail_files import track
from tests.service.metadata.planted_files import (
    attribute_packet,
    element_packet,
    exif,
    iptc,
    planted_files,
)
from tests.service.metadata.tiff_files import build_tiff, long


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
    files = (*make_images().values(), *planted_files().values(), *LONG_TAIL.values(), *_others())
    for data in files:
        seeds.setdefault(_find_reader(data), []).append(data)
    return {name: tuple(found) for name, found in seeds.items()}


def _find_reader(data: bytes) -> str:
    parser = detect.find_parser(data[: detect.HEAD])
    return parser.__name__.removeprefix("read_") if parser is not None else "fallback"


def _others() -> tuple[bytes, ...]:
    tags = build_tiff((long(256, 6000), long(257, 4000), long(274, 6)))
    canon = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    jxr = build_tiff((long(0xBC02, 4), long(0xBC80, 40), long(0xBC81, 30)))
    return (
        b"farbfeld" + struct.pack(">II", 4, 3) + bytes(4 * 3 * 8),
        jxr[:2] + b"\xbc\1" + jxr[4:],
        box(b"ftyp", b"mif3", b"avif") + box(b"mini", bytes.fromhex("00885070c0"), bytes(9)),
        box(b"ftyp", b"crx ", bytes(4), b"crx ", b"isom")
        + box(b"moov", box(b"uuid", canon, box(b"CMT1", tags)), track(b"CRAW", 1620, 1080)),
    )
