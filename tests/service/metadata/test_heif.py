"""HEIF: stored and shown size, grids, codecs, what goes with the picture, sequences."""

from __future__ import annotations

import struct

import pytest

from service.metadata import NotAnImage, extract
from service.metadata.encodings import HeifEncoding
from service.metadata.model import Animation, Cicp, GainMap, ImageMetadata, Page
from tests.image_bytes import XMP, exif_block
from tests.images import PROFILE, encode
from tests.service.metadata.heif_files import (
    Item,
    av1,
    box,
    clap,
    depths,
    full_box,
    heif,
    hevc,
    mirror,
    movie,
    size_of,
    turn,
)

PICTURE = Item(b"hvc1", (size_of(400, 300), hevc(), depths(8, 8, 8)), b"data")


def heic_of(found: ImageMetadata) -> HeifEncoding:
    assert found.encoding.heic is not None
    return found.encoding.heic


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


def with_properties(*more: bytes) -> ImageMetadata:
    return extract(heif(Item(b"hvc1", (size_of(400, 300), hevc(), *more), b"data")))


@pytest.mark.parametrize(
    ("brands", "name", "media_type"),
    [
        ((b"heic", b"mif1"), "HEIC", "image/heic"),
        ((b"mif1", b"heic"), "HEIC", "image/heic"),
        ((b"mif1",), "HEIC", "image/heif"),
        ((b"avif", b"mif1"), "AVIF", "image/avif"),
        ((b"mif1", b"miaf", b"avif"), "AVIF", "image/avif"),
        ((b"hevc", b"msf1"), "HEIC", "image/heic-sequence"),
    ],
)
def test_brands(brands: tuple[bytes, ...], name: str, media_type: str) -> None:
    found = extract(heif(PICTURE, brands=brands))
    assert (found.file.format, found.file.media_type) == (name, media_type)
    assert found.file.format_version == brands[0].decode()


@pytest.mark.parametrize("brand", [b"mp42", b"qt  ", b"crx "])
def test_films_are_no_images(brand: bytes) -> None:
    with pytest.raises(NotAnImage):
        extract(heif(PICTURE, brands=(brand, b"isom")))


@pytest.mark.parametrize(
    ("properties", "shown", "orientation"),
    [
        ((), (400, 300), None),
        ((turn(0),), (400, 300), 1),
        ((turn(1),), (300, 400), 8),
        ((turn(2),), (400, 300), 3),
        ((turn(3),), (300, 400), 6),
        ((mirror(0),), (400, 300), 4),
        ((mirror(1),), (400, 300), 2),
        ((turn(1), mirror(0)), (300, 400), 5),
        ((turn(3), mirror(0)), (300, 400), 7),
        ((mirror(0), turn(3)), (300, 400), 5),
        ((clap(384, 330),), (384, 330), None),
        ((clap(384, 330), turn(1)), (330, 384), 8),
    ],
)
def test_the_size_as_shown(
    properties: tuple[bytes, ...], shown: tuple[int, int], orientation: int | None
) -> None:
    image = with_properties(*properties).image
    assert (image.width, image.height) == (400, 300)
    assert (image.display_width, image.display_height) == shown
    assert image.orientation == orientation


def test_exif_orientation_does_not_turn_it() -> None:
    exif = Item(b"Exif", (), b"\0\0\0\6Exif\0\0" + exif_block(), [(b"cdsc", [1])])
    found = extract(heif(PICTURE, exif))
    assert found.exif is not None
    assert found.exif.ifd0 is not None
    assert found.exif.ifd0["Orientation"] == 6
    assert (found.image.orientation, found.image.display_width) == (None, 400)
    assert found.location is not None


@pytest.mark.parametrize("in_idat", [False, True])
def test_metadata_items(in_idat: bool) -> None:
    exif = Item(b"Exif", (), b"\0\0\0\0" + exif_block(), [(b"cdsc", [1])])
    found = extract(heif(PICTURE, exif, Item(b"mime", (), XMP, [(b"cdsc", [1])]), in_idat=in_idat))
    assert found.exif is not None
    assert found.xmp is not None
    assert found.xmp["dc:title"] == "Harbour"
    assert codes(found) == []


@pytest.mark.parametrize(
    ("config", "depth", "chroma"),
    [
        (hevc(), 8, "4:2:0"),
        (hevc(chroma=2, depth=10), 10, "4:2:2"),
        (hevc(chroma=3, depth=12), 12, "4:4:4"),
        (hevc(chroma=0), 8, "4:0:0"),
        (av1(), 8, "4:2:0"),
        (av1(0x48), 10, "4:2:2"),
        (av1(0x60), 12, "4:4:4"),
        (av1(0x1C), 8, "4:0:0"),
    ],
)
def test_codec_configurations(config: bytes, depth: int, chroma: str) -> None:
    found = extract(heif(Item(b"hvc1", (size_of(4, 3), config))))
    samples = 1 if chroma == "4:0:0" else 3
    assert found.image.bits_per_sample == (depth,) * samples
    assert found.image.color_model == ("Grayscale" if samples == 1 else "YCbCr")
    assert heic_of(found).chroma_subsampling == chroma


def test_a_grid_takes_its_codec_from_its_tiles() -> None:
    tile = Item(b"hvc1", (size_of(512, 512), hevc(depth=10)), b"t", hidden=True)
    grid = Item(b"grid", (size_of(4032, 3024), turn(3)), b"", [(b"dimg", [2, 3])])
    found = extract(heif(grid, tile, tile))
    assert (found.image.width, found.image.height) == (4032, 3024)
    assert (found.image.display_width, found.image.display_height) == (3024, 4032)
    assert (found.encoding.compression, found.image.bits_per_sample) == ("HEVC", (10, 10, 10))
    assert (heic_of(found).item_type, heic_of(found).tiles) == ("grid", 2)
    assert (heic_of(found).rotation, found.image.page_count) == (270, 1)


def test_thumbnail_alpha_and_gain_map_are_no_pages() -> None:
    thumbnail = Item(b"hvc1", (size_of(40, 30),), b"small", [(b"thmb", [1])])
    urn = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"
    alpha = Item(b"hvc1", (full_box(b"auxC", urn),), b"a", [(b"auxl", [1])])
    apple = full_box(b"auxC", b"urn:com:apple:photo:2020:aux:hdrgainmap\0")
    gain = Item(b"hvc1", (apple,), b"g", [(b"auxl", [1])])
    found = extract(heif(PICTURE, thumbnail, alpha, gain))
    (shown,) = found.thumbnails
    assert (shown.source, shown.width, shown.height, shown.size) == ("heif", 40, 30, 5)
    assert (found.image.has_alpha, found.image.page_count) == (True, 1)
    assert found.image.bits_per_sample == (8, 8, 8, 8)
    assert found.color.gain_map == GainMap("Apple", None)


def test_pages() -> None:
    found = extract(heif(PICTURE, Item(b"hvc1", (size_of(20, 10),)), primary=2))
    assert (found.image.width, found.image.page_count) == (20, 2)
    assert found.pages == (Page(400, 300, "HEVC"), Page(20, 10, "HEVC"))


def test_color() -> None:
    points = box(b"colr", b"nclx", struct.pack(">HHHB", 9, 16, 9, 0x80))
    found = with_properties(points, box(b"colr", b"prof", PROFILE))
    assert found.color.cicp == Cicp(9, 16, 9, True)
    assert found.color.icc_profile is not None
    assert found.color.icc_profile.description == "Display"


def test_a_sequence() -> None:
    found = extract(heif(PICTURE, brands=(b"avis", b"avif"), more=movie([40, 60], scale=1000)))
    assert found.animation == Animation(2, None, 100, (40, 60))
    assert found.image.width == 400


def test_a_sequence_without_a_still() -> None:
    head = box(b"ftyp", b"avis", bytes(4), b"avis")
    found = extract(head + movie([1, 1, 1], scale=25, handler=b"vide"))
    assert (found.image.width, found.image.height) == (80, 60)
    assert found.animation == Animation(3, None, 120, (40, 40, 40))


def test_what_the_avif_encoder_writes() -> None:
    found = extract(encode("AVIF", "RGBA", size=(33, 21), exif=exif_block(), quality=50))
    assert (found.file.format, found.image.width, found.image.height) == ("AVIF", 33, 21)
    assert (found.image.has_alpha, found.encoding.compression) == (True, "AV1")
    assert found.image.bits_per_sample == (8, 8, 8, 8)
    assert found.exif is not None
    assert found.encoding.avif is not None
    assert codes(found) == []


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (heif(PICTURE)[:-2], {"truncated"}),
        (heif(PICTURE)[:60], {"truncated", "no-primary", "no-size", "meta-damaged"}),
        (heif(PICTURE).replace(b"pitm", b"free"), {"no-primary", "no-size"}),
        (heif(PICTURE).replace(b"ispe", b"free"), {"no-size"}),
        (heif(PICTURE) + b"\0\0\0\4wide", {"truncated"}),
        (heif(PICTURE, primary=9), {"no-size"}),
    ],
)
def test_damage(damage: bytes, expected: set[str]) -> None:
    found = extract(damage)
    assert found.file.format == "HEIC"
    assert codes(found)
    assert set(codes(found)) <= expected


def test_extents_without_numbers_cost_nothing() -> None:
    rows = struct.pack(">HHH", 1, 0, 0xFFFF) * 2000
    places = full_box(b"iloc", struct.pack(">HH", 0, 2000), rows)
    meta = full_box(b"meta", full_box(b"pitm", b"\0\1"), places)
    found = extract(box(b"ftyp", b"heic", bytes(4)) + meta)
    assert codes(found) == ["no-size"]
