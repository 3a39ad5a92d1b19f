"""ICO and CUR: all entries, the largest first, by their own headers."""

from __future__ import annotations

import pytest

from service.metadata import NotAnImage, extract
from service.metadata.model import ImageMetadata, Page, Palette
from tests.image_bytes import png_file
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
        Page(16, 16, "Uncompressed"), Page(256, 256, "Deflate"), Page(32, 32, "Uncompressed"),
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
