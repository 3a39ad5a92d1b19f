"""HEIF: stored and shown size, grids, codecs, what goes with the picture, sequences."""

from __future__ import annotations

import struct
import time
import zlib

import brotli  # type: ignore[import-untyped]
import pytest

from service.metadata import NotAnImage, extract, limits
from service.metadata.encodings import AuxiliaryImage, HeifEncoding
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


@pytest.mark.parametrize("brand", [b"mp42", b"qt  "])
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
        ((clap(384, 230),), (384, 230), None),
        ((clap(384, 230), turn(1)), (230, 384), 8),
    ],
)
def test_the_size_as_shown(
    properties: tuple[bytes, ...], shown: tuple[int, int], orientation: int | None
) -> None:
    image = with_properties(*properties).image
    assert (image.width, image.height) == (400, 300)
    assert (image.display_width, image.display_height) == shown
    assert image.orientation == orientation


@pytest.mark.parametrize("size", [(401, 300), (400, 301), (0, 300)])
def test_an_aperture_that_is_no_part_of_the_picture(size: tuple[int, int]) -> None:
    found = with_properties(clap(*size))
    assert (found.image.display_width, found.image.display_height) == (400, 300)
    assert heic_of(found).clean_aperture is None
    assert codes(found) == ["aperture"]


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


@pytest.mark.parametrize(
    ("encoding", "data"),
    [(b"", XMP), (b"deflate", zlib.compress(XMP)), (b"deflate", zlib.compress(XMP)[2:-4]),
     (b"compress_zlib", zlib.compress(XMP)), (b"br", brotli.compress(XMP))],
)  # fmt: skip
def test_xmp_that_is_packed(encoding: bytes, data: bytes) -> None:
    found = extract(heif(PICTURE, Item(b"mime", (), data, [(b"cdsc", [1])], encoding=encoding)))
    plain = extract(heif(PICTURE, Item(b"mime", (), XMP, [(b"cdsc", [1])])))
    assert found.xmp is not None
    assert (found.xmp, codes(found)) == (plain.xmp, [])


@pytest.mark.parametrize("encoding", [b"deflate", b"br", b"unheard-of"])
def test_xmp_that_cannot_be_unpacked(encoding: bytes) -> None:
    found = extract(heif(PICTURE, Item(b"mime", (), b"<nothing>", encoding=encoding)))
    assert (found.image.width, found.xmp, codes(found)) == (400, None, ["xmp-damaged"])


@pytest.mark.parametrize(
    ("data", "version"),
    [(bytes([0, 0, 0, 0, 1, 64]), "0"), (bytes([0, 0, 2, 0, 3]), "2"), (b"\1\0\0", None),
     (b"\0\0", None), (b"", None)],
)  # fmt: skip
def test_a_tone_map_states_its_version(data: bytes, version: str | None) -> None:
    tone = Item(b"tmap", (size_of(400, 300),), data, [(b"dimg", [1, 3])])
    found = extract(heif(PICTURE, tone, Item(b"hvc1", (size_of(200, 150), hevc()), b"g")))
    assert found.color.gain_map == GainMap("ISO 21496-1", version)
    assert codes(found) == []


def test_many_pages_are_counted_and_not_all_listed() -> None:
    count = 1500
    found = extract(heif(*[Item(b"hvc1", (size_of(9, 9),), b"d")] * 200))
    assert (found.image.page_count, len(found.pages), codes(found)) == (200, 200, [])
    found = extract(heif(PICTURE, *[Item(b"hvc1", (), b"d")] * (count - 1)))
    assert (found.image.page_count, len(found.pages)) == (count, 1024)
    assert codes(found) == ["limit-pictures"]


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


@pytest.mark.parametrize(
    ("properties", "expected"),
    [((depths(10),), 10), ((hevc(chroma=0, depth=12),), 12), ((hevc(depth=12), depths(9)), 9)],
)
def test_alpha_has_a_depth_of_its_own(properties: tuple[bytes, ...], expected: int) -> None:
    kind = full_box(b"auxC", b"urn:mpeg:hevc:2015:auxid:1\0")
    alpha = Item(b"hvc1", (kind, *properties), b"a", [(b"auxl", [1])])
    assert extract(heif(PICTURE, alpha)).image.bits_per_sample == (8, 8, 8, expected)


def test_the_sum_of_two_pictures_has_the_codec_of_the_first() -> None:
    """A sample transform makes one picture of twelve bits of two of eight."""
    items = [Item(b"av01", (size_of(40, 30), av1()), b"d", hidden=True)] * 2
    whole = Item(b"sato", (size_of(40, 30), depths(12, 12, 12)), b"s", [(b"dimg", [1, 2])])
    found = extract(heif(*items, whole, primary=3, brands=(b"avif", b"mif1")))
    assert (found.encoding.compression, found.image.bits_per_sample) == ("AV1", (12,) * 3)
    assert (found.image.width, found.image.page_count) == (40, 1)


def test_auxiliary_images_are_named() -> None:
    urn = "urn:mpeg:mpegB:cicp:systems:auxiliary:depth"
    depth = Item(
        b"hvc1", (size_of(200, 150), full_box(b"auxC", urn.encode() + b"\0")), b"d",
        [(b"auxl", [1])],
    )  # fmt: skip
    found = extract(heif(PICTURE, depth))
    assert heic_of(found).auxiliary_images == (AuxiliaryImage(urn, 200, 150),)
    assert found.image.has_alpha is False


def test_the_exif_of_the_primary_item_counts() -> None:
    of_another = Item(b"Exif", (), bytes(4) + exif_block().replace(b"Example", b"Another"))
    exif = Item(b"Exif", (), bytes(4) + exif_block(), [(b"cdsc", [1])])
    alone = extract(heif(PICTURE, exif))
    assert extract(heif(PICTURE, of_another, exif)).exif == alone.exif


def test_an_item_that_is_cut_out_of_another() -> None:
    whole = heif(PICTURE, Item(b"free", (), XMP), Item(b"mime", (), b"", [(b"iloc", [2])]))
    start = whole.index(XMP)
    cut = whole.replace(
        struct.pack(">HHHHII", 3, 0, 0, 1, start + len(XMP), 0),
        struct.pack(">HHHHII", 3, 2, 0, 1, 0, len(XMP)),
    )
    found = extract(cut)
    assert found.xmp is not None
    assert found.xmp["dc:title"] == "Harbour"


def test_quicktime_boxes_have_no_version() -> None:
    plain = heif(PICTURE)
    at = plain.index(b"meta") - 4
    size = int.from_bytes(plain[at : at + 4], "big")
    handler = full_box(b"hdlr", bytes(4), b"pict", bytes(13))
    body = handler + plain[at + 12 : at + size]
    found = extract(plain[:at] + box(b"meta", body))
    assert (found.image.width, codes(found)) == (400, [])


@pytest.mark.parametrize(
    ("types", "model"), [((4, 5, 6), "RGB"), ((4, 5, 6, 7), "RGB"), ((1, 2, 3), "YCbCr")]
)
def test_uncompressed_components(types: tuple[int, ...], model: str) -> None:
    listed = box(b"cmpd", struct.pack(f">I{len(types)}H", len(types), *types))
    item = Item(b"unci", (size_of(4, 3), depths(*[8] * len(types)), listed))
    found = extract(heif(item, brands=(b"mif1",)))
    assert (found.encoding.compression, found.encoding.lossless) == ("Uncompressed", True)
    assert found.image.color_model == model


def test_the_identity_matrix_is_rgb() -> None:
    points = box(b"colr", b"nclx", struct.pack(">HHHB", 1, 13, 0, 0x80))
    found = extract(heif(Item(b"av01", (size_of(4, 3), av1(0), points)), brands=(b"avif",)))
    assert (found.image.color_model, found.image.photometric_interpretation) == ("RGB", "RGB")


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


def test_the_codec_of_a_sequence_without_a_still() -> None:
    head = box(b"ftyp", b"msf1", bytes(4), b"hevc")
    found = extract(head + movie([40], entry=(b"hvc1", 96, 64, hevc(depth=10))))
    assert (found.image.width, found.image.height) == (96, 64)
    assert (found.encoding.compression, found.image.bits_per_sample) == ("HEVC", (10, 10, 10))
    assert heic_of(found).chroma_subsampling == "4:2:0"


@pytest.mark.parametrize(
    ("lasts", "flags", "loops"),
    [(80, 1, 2), (0xFFFFFFFF, 1, 0), (80, 0, None), (60, 1, 2)],
)
def test_a_sequence_that_is_repeated(lasts: int, flags: int, loops: int | None) -> None:
    head = box(b"ftyp", b"avis", bytes(4), b"avis")
    edit = full_box(b"elst", struct.pack(">IIII", 1, 40, 0, 0x10000), flags=flags)
    found = extract(head + movie([40], lasts=lasts, more=box(b"edts", edit)))
    assert found.animation == Animation(1, loops, 40, (40,))


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


def test_only_the_first_meta_and_moov_count() -> None:
    plain = heif(PICTURE)
    other = heif(Item(b"hvc1", (size_of(8, 8),)))
    found = extract(plain + other[other.index(b"meta") - 4 :])
    assert (found.image.width, codes(found)) == (400, [])


def many_items(count: int, *, kind: bytes = b"grid") -> bytes:
    infos = (
        full_box(b"infe", struct.pack(">HH", number, 0), kind, b"\0", version=2)
        for number in range(1, count + 1)
    )
    return full_box(b"iinf", struct.pack(">H", count), *infos)


def refer(role: bytes, *rows: tuple[int, list[int]]) -> bytes:
    boxes = (
        box(role, struct.pack(f">HH{len(to)}H", item, len(to), *to)) for item, to in rows
    )  # fmt: skip
    return full_box(b"iref", *boxes)


HOSTILE = {
    "a grid of itself": (
        many_items(60_000), refer(b"dimg", (1, [2] * 65_535), (3, [1] * 60_000)),
    ),
    "thumbnails of as many pieces": (
        many_items(60_000, kind=b"hvc1"),
        refer(b"thmb", (2, [1] * 65_535)),
        full_box(
            b"iloc", struct.pack(">HHHHH", 0x4400, 1, 2, 0, 65_535), bytes(8 * 65_535)
        ),
    ),
    "properties": (
        many_items(2, kind=b"hvc1"),
        box(
            b"iprp", box(b"ipco", size_of(4, 4)),
            full_box(
                b"ipma", struct.pack(">I", 65_000),
                b"".join(struct.pack(">HB", n, 255) + b"\1" * 255 for n in range(65_000)),
            ),
        ),
    ),
    "extents of a byte": (
        many_items(2),
        full_box(
            b"iloc", struct.pack(">HH", 0x0100, 100),
            (struct.pack(">HHH", 1, 0, 65_535) + bytes(65_535)) * 100,
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_meta_box_that_asks_for_much_work(name: str) -> None:
    head = box(b"ftyp", b"heic", bytes(4))
    data = head + full_box(b"meta", full_box(b"pitm", b"\0\1"), *HOSTILE[name])
    start = time.process_time()
    found = extract(data)
    assert time.process_time() - start < 5
    assert len(found.thumbnails) <= limits.PREVIEWS


def test_many_packets_in_the_same_bytes() -> None:
    description = b"<rdf:Description xmlns:q='q'>" + b"<q:a/>" * 15_000 + b"</rdf:Description>"
    packet = XMP.replace(b"</rdf:RDF>", description + b"</rdf:RDF>")
    head = box(b"ftyp", b"heic", bytes(4)) + box(b"free", packet)
    at = len(head) - len(packet)
    infos = (
        full_box(b"infe", struct.pack(">HH", number, 0), b"mime\0application/rdf+xml\0", version=2)
        for number in range(1, 5001)
    )
    rows = (struct.pack(">HHHII", number, 0, 1, at, len(packet)) for number in range(1, 5001))
    meta = full_box(
        b"meta", full_box(b"pitm", b"\0\1"), full_box(b"iinf", struct.pack(">H", 5000), *infos),
        full_box(b"iloc", struct.pack(">HH", 0x4400, 5000), *rows),
    )  # fmt: skip
    start = time.process_time()
    found = extract(head + meta)
    assert time.process_time() - start < 5
    assert "limit-xmp" in codes(found)


def test_extents_without_numbers_cost_nothing() -> None:
    rows = struct.pack(">HHH", 1, 0, 0xFFFF) * 2000
    places = full_box(b"iloc", struct.pack(">HH", 0, 2000), rows)
    meta = full_box(b"meta", full_box(b"pitm", b"\0\1"), places)
    found = extract(box(b"ftyp", b"heic", bytes(4)) + meta)
    assert codes(found) == ["no-size"]


def mini(bits: str, brand: bytes = b"avif") -> bytes:
    """A minimized file whose header has these bits, the highest of a byte first."""
    plain = bits.replace(" ", "")
    plain += "0" * (-len(plain) % 8)
    body = int(plain, 2).to_bytes(len(plain) // 8, "big")
    return box(b"ftyp", b"mif3", brand) + box(b"mini", body, bytes(9))


@pytest.mark.parametrize(
    ("bits", "expected", "cicp"),
    [
        ("00 000000000 01 000 0 0101000 0011101 11 0", (41, 30, (8,) * 3, "YCbCr"), (1, 13, 6)),
        ("00 001000000 00 000 0 0000000 0000001 1 011", (1, 2, (12,), "Grayscale"), (1, 13, 2)),
        ("00 001110100 11 000 1 000000111000111 000000000000001 0 0 00001001 00010000 00000000",
         (456, 2, (8,) * 4, "RGB"), (9, 16, 0)),
        ("00 000000100 10 000 0 0000011 0000100 1 1 000", (4, 5, (9,) * 3, "YCbCr"), (2, 2, 6)),
        ("00 010000000 11 000 0 0000011 0000100 01", (4, 5, (32,) * 3, "YCbCr"), (1, 13, 6)),
    ],
)  # fmt: skip
def test_a_minimized_file(
    bits: str, expected: tuple[object, ...], cicp: tuple[int, int, int]
) -> None:
    found = extract(mini(bits))
    image = found.image
    assert (found.file.format, found.encoding.compression) == ("AVIF", "AV1")
    assert (image.width, image.height, image.bits_per_sample, image.color_model) == expected
    assert found.color.cicp == Cicp(*cicp, bits[5] == "1")
    assert codes(found) == []


def test_a_minimized_file_of_another_codec() -> None:
    found = extract(mini("00 000000000 01 101 0 0101000 0011101 11 0", b"heic"))
    assert (found.file.format, found.encoding.compression) == ("HEIC", "HEVC")
    assert (found.image.orientation, found.image.display_width) == (6, 30)
    jpeg = format(int.from_bytes(b"jpegjpgC", "big"), "064b")
    named = extract(mini(f"00 100000000 11 000 0 0101000 0011101 0 {jpeg}", b"mif1"))
    assert (named.file.format, named.encoding.compression) == ("HEIF", "JPEG")
    gain = extract(mini("00 000001000 11 000 0 0101000 0011101 0 1"))
    assert gain.color.gain_map == GainMap("ISO 21496-1", None)


def test_a_damaged_minimized_file() -> None:
    assert codes(extract(mini("01 000000000"))) == ["meta-damaged", "no-size"]
    assert codes(extract(mini("00")[:-9])) == ["truncated", "meta-damaged", "no-size"]
