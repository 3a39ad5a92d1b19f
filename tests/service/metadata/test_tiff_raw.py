"""Camera raw files: the sensor's picture, not its preview, and what of it is shown."""

from __future__ import annotations

import struct

import pytest

from service.metadata import extract
from service.metadata.model import ImageMetadata
from tests.image_bytes import segment
from tests.images import encode
from tests.service.metadata.tiff_files import (
    BYTE,
    UNDEFINED,
    Directory,
    Field,
    build_tiff,
    long,
    picture,
    pointer,
    rational,
    short,
    text,
)

DNG = Field(0xC612, BYTE, (1, 4, 0, 0))
PREVIEW = long(254, 1)


def raw(*more: Field, kind: int = 32803, width: int = 4000, height: int = 3000) -> Directory:
    """A directory of a sensor's picture."""
    return picture(
        long(254, 0), short(258, 16), short(262, kind), *more, width=width, height=height
    )


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


def sizes(found: ImageMetadata) -> tuple[tuple[int | None, int | None], ...]:
    """The size as stored and as shown."""
    image = found.image
    return (image.width, image.height), (image.display_width, image.display_height)


@pytest.mark.parametrize("kind", [32803, 34892])
@pytest.mark.parametrize(
    ("tags", "shown"),
    [
        ((), (4000, 3000)),
        ((short(0xC620, 3900, 2900),), (3900, 2900)),
        ((rational(0xC620, 7800, 2, 2900, 1),), (3900, 2900)),
        ((rational(0xC61E, 1, 1, 2, 1), long(0xC620, 3900, 1450)), (3900, 2900)),
        ((long(0xC68D, 10, 20, 2910, 3920),), (3900, 2900)),
        ((long(0xC68D, 10, 20, 5, 3920),), (4000, 3000)),
        ((rational(0xC620, 1, 0, 2900, 1),), (4000, 3000)),
    ],
)
def test_what_is_shown_of_a_dng(kind: int, tags: tuple[Field, ...], shown: tuple[int, int]) -> None:
    first = picture(PREVIEW, DNG, short(274, 6), pointer(330, raw(*tags, kind=kind)))
    found = extract(build_tiff(first))
    assert (found.file.format, found.image.orientation) == ("DNG", 6)
    assert sizes(found) == ((4000, 3000), shown[::-1])
    assert (found.image.page_count, found.pages) == (1, ())


def test_masks_and_previews_are_not_the_picture() -> None:
    mask = picture(long(254, 4), short(262, 4), width=9000, height=9000)
    depth = picture(long(254, 8), short(262, 51177), width=9000, height=9000)
    large = picture(PREVIEW, width=9000, height=9000)
    found = extract(build_tiff(picture(PREVIEW, DNG, pointer(330, large, mask, depth, raw()))))
    assert (found.image.width, found.image.color_model) == (4000, "CFA")


def test_sub_directories_of_sub_directories() -> None:
    inner = picture(PREVIEW, pointer(330, raw()), width=4, height=3)
    found = extract(build_tiff(picture(PREVIEW, DNG, pointer(330, inner))))
    assert (found.image.width, codes(found)) == (4000, [])
    assert found.encoding.tiff is not None
    assert [sub.width for sub in found.encoding.tiff.sub_images] == [4, 4000]


def test_a_picture_that_is_a_page() -> None:
    found = extract(build_tiff(picture(PREVIEW, width=4, height=3), picture(width=80, height=60)))
    assert (found.file.format, found.image.width, found.image.page_count) == ("TIFF", 80, 2)


@pytest.mark.parametrize(
    ("maker", "name"),
    [("NIKON CORPORATION", "NEF"), ("SONY", "ARW"), ("PENTAX Corporation", "PEF"),
     ("SAMSUNG", "SRW"), ("Nobody", "TIFF")],
)  # fmt: skip
def test_formats_by_maker(maker: str, name: str) -> None:
    first = picture(PREVIEW, text(271, maker), pointer(330, raw()))
    found = extract(build_tiff(first))
    assert (found.file.format, found.image.width) == (name, 4000)
    assert extract(build_tiff(picture(text(271, maker)))).file.format == "TIFF"


@pytest.mark.parametrize("head", [b"IIRO", b"IIRS", b"MMOR"])
def test_olympus(head: bytes) -> None:
    order = "<" if head.startswith(b"II") else ">"
    data = head + build_tiff(picture(width=4640, height=3472), order=order)[4:]
    found = extract(data)
    assert (found.file.format, found.file.media_type) == ("ORF", "image/x-olympus-orf")
    assert (found.image.width, codes(found)) == (4640, [])


def test_panasonic() -> None:
    preview = encode("JPEG", size=(64, 48))
    tags = (
        short(2, 4060), short(3, 3016), short(4, 4), short(5, 8), short(6, 3004), short(7, 4008),
        short(10, 12), Field(0x2E, UNDEFINED, preview), short(274, 6),
    )  # fmt: skip
    found = extract(b"IIU\0" + build_tiff(tags)[4:])
    assert (found.file.format, found.image.bits_per_sample) == ("RW2", (12,))
    assert sizes(found) == ((4060, 3016), (3000, 4000))
    (shown,) = found.thumbnails
    assert (shown.source, shown.width, shown.size) == ("tiff", 64, len(preview))
    assert codes(found) == []


def lossless_stream(width: int, height: int, components: int) -> bytes:
    frame = struct.pack(">BHHB", 14, height, width, components)
    frame += b"".join(bytes([number, 0x11, 0]) for number in range(components))
    return b"\xff\xd8" + segment(0xC3, frame) + segment(0xDA, b"\0")


@pytest.mark.parametrize(
    ("frame", "size"),
    [((2000, 3000, 2), (4000, 3000)), ((1000, 3000, 4), (4000, 3000)),
     ((4000, 1500, 2), (4000, 3000)), ((4000, 3000, 3), (4000, 3000))],
)  # fmt: skip
def test_canon(frame: tuple[int, int, int], size: tuple[int, int]) -> None:
    preview = encode("JPEG", size=(160, 120))
    stream = lossless_stream(*frame)
    data = b"CR\2\0\0\0\0\0" + preview + stream
    place = (long(273, 16), long(279, len(preview)))
    exif = (long(0xA002, 3900), long(0xA003, 2900))
    first = picture(short(259, 6), *place, pointer(0x8769, exif), width=160, height=120)
    sensor = (
        short(259, 6), long(273, 16 + len(preview)), long(279, len(stream)), short(0xC640, 1, 2, 3),
    )  # fmt: skip
    found = extract(build_tiff(first, sensor, data=data))
    assert (found.file.format, found.file.media_type) == ("CR2", "image/x-canon-cr2")
    assert sizes(found) == (size, (3900, 2900))
    assert (found.encoding.compression, found.encoding.lossless) == ("JPEG", True)
    assert [shown.width for shown in found.thumbnails][:1] == [160]
    assert (found.image.page_count, codes(found)) == (1, [])


def test_a_header_that_names_no_directory() -> None:
    found = extract(b"II*\0" + bytes(60))
    assert (found.file.format, codes(found)) == ("TIFF", ["ifd-damaged"])


def test_canon_without_the_sensors_picture() -> None:
    found = extract(build_tiff(picture(), data=b"CR\2\0\0\0\0\0"))
    assert (found.file.format, found.image.width, codes(found)) == ("CR2", None, ["no-size"])
