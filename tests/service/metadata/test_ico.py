"""ICO and CUR: all entries, the largest first, by their own headers."""

from __future__ import annotations

import struct
import zlib

import pytest

from service.metadata import NotAnImage, extract
from service.metadata.model import ImageMetadata, Page, Palette
from tests.image_bytes import chunk, png_file
from tests.images import PROFILE
from tests.service.metadata.other_files import bitmap, icon


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


def test_the_largest_entry_is_the_picture() -> None:
    found = extract(icon(
        (16, 16, bitmap(16, 16, 4)), (0, 0, png_file(size=(256, 256), color=6)),
        (32, 32, bitmap(32, 32, 32)),
    ))  # fmt: skip
    assert (found.file.format, found.file.media_type) == ("ICO", "image/vnd.microsoft.icon")
    assert (found.image.width, found.image.height, found.image.page_count) == (256, 256, 3)
    assert found.pages == (
        Page(256, 256, "Deflate"), Page(32, 32, "Uncompressed"), Page(16, 16, "Uncompressed"),
    )  # fmt: skip
    assert (found.encoding.compression, found.image.bits_per_sample) == ("Deflate", (8, 8, 8, 8))


def test_the_deeper_of_two_that_are_alike() -> None:
    found = extract(icon((8, 8, bitmap(8, 8, 4)), (8, 8, bitmap(8, 8, 24))))
    assert (found.image.bits_per_sample, found.image.color_model) == ((8, 8, 8), "RGB")


@pytest.mark.parametrize(("bits", "colors", "entries"), [(1, 0, 2), (4, 0, 16), (8, 200, 200)])
def test_palettes(bits: int, colors: int, entries: int) -> None:
    image = extract(icon((16, 16, bitmap(16, 16, bits, colors=colors)))).image
    assert (image.palette, image.bits_per_sample) == (Palette(entries, 24), (bits,))
    assert (image.color_model, image.has_alpha) == ("Palette", True)


def test_the_pictures_own_size_counts() -> None:
    image = extract(icon((16, 16, bitmap(48, 40, 32)))).image
    assert (image.width, image.height) == (48, 40)


def test_a_png_entry_is_read_as_a_png() -> None:
    profile = chunk(b"iCCP", b"name\0\0" + zlib.compress(PROFILE))
    found = extract(icon((0, 0, png_file(profile, size=(256, 256), color=0, depth=16))))
    assert (found.image.color_model, found.image.bits_per_sample) == ("Grayscale", (16,))
    assert found.image.has_alpha is False
    assert found.color.icc_profile is not None
    assert found.encoding.png is not None


def test_the_oldest_header() -> None:
    core = struct.pack("<IHHHH", 12, 24, 40, 1, 4).ljust(48, b"\0")
    image = extract(icon((16, 16, core))).image
    assert (image.width, image.height, image.bits_per_sample) == (24, 20, (4,))


def test_a_cursor() -> None:
    found = extract(icon((32, 32, bitmap(32, 32, 32)), kind=2, depth=7))
    assert (found.file.format, found.image.width) == ("CUR", 32)


def test_damage() -> None:
    whole = icon((16, 16, bitmap(16, 16, 4)), (32, 32, bitmap(32, 32, 32)))
    cut = extract(whole[:-8])
    assert (cut.image.width, codes(cut)) == (16, ["entry-damaged"])
    nothing = extract(whole[:40])
    assert codes(nothing) == ["entry-damaged", "entry-damaged", "no-entry"]


@pytest.mark.parametrize("data", [b"\0\0\1\0\0\0", b"\0\0\1\0\1\0" + bytes(30), bytes(60)])
def test_what_is_no_directory(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        extract(data)
