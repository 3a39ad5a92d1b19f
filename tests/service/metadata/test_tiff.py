"""TIFF: facts of files built field by field and of files that Pillow wrote."""

from __future__ import annotations

import io
import struct
import tracemalloc
from typing import Any

import pytest
from PIL import Image, ImageCms

from service.metadata import extract
from service.metadata.errors import MetadataError
from service.metadata.model import ImageMetadata, Location, Page, Palette, Resolution
from tests.service.metadata.tiff_files import (
    BYTE,
    LONG,
    SHORT,
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

LAYOUTS = [("<", False), (">", False), ("<", True), (">", True)]
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    b'syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" '
    b'dc:source="a scan"/></rdf:RDF></x:xmpmeta>'
)
IPTC = b"\x1c\x02\x69\x00\x05Title"


def save(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "TIFF", **options)
    return out.getvalue()


def codes(metadata: ImageMetadata) -> set[str]:
    return {notice.code for notice in metadata.warnings}


def read(*fields: Field, **options: Any) -> ImageMetadata:
    return extract(build_tiff(picture(*fields), **options))


@pytest.mark.parametrize(("order", "big"), LAYOUTS)
def test_both_orders_and_both_sizes_of_offsets(order: str, big: bool) -> None:
    found = read(order=order, big=big)
    assert (found.file.format, found.file.media_type) == ("TIFF", "image/tiff")
    assert (found.image.width, found.image.height) == (40, 30)
    assert found.image.bits_per_sample == (8,)
    tiff = found.encoding.tiff
    assert tiff is not None
    assert tiff.byte_order == ("little-endian" if order == "<" else "big-endian")
    assert tiff.big_tiff is big
    assert (tiff.layout, tiff.rows_per_strip) == ("stripped", 30)
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("mode", "option", "name", "lossless"),
    [
        ("RGB", None, "Uncompressed", True),
        ("RGB", "tiff_lzw", "LZW", True),
        ("RGB", "packbits", "PackBits", True),
        ("RGB", "tiff_adobe_deflate", "Deflate", True),
        ("RGB", "zstd", "Zstandard", True),
        ("RGB", "lzma", "LZMA", True),
        ("RGB", "jpeg", "JPEG", False),
        ("1", "group3", "CCITT Group 3", True),
        ("1", "group4", "CCITT Group 4", True),
        ("1", "tiff_ccitt", "CCITT Huffman RLE", True),
    ],
)
def test_compressions_as_libtiff_writes_them(
    mode: str, option: str | None, name: str, lossless: bool
) -> None:
    found = extract(save(Image.new(mode, (64, 32)), compression=option))
    assert (found.encoding.compression, found.encoding.lossless) == (name, lossless)
    assert (found.image.width, found.image.height) == (64, 32)


@pytest.mark.parametrize(
    ("code", "name"),
    [(6, "JPEG (old-style)"), (9, "JBIG (T.85)"), (32809, "ThunderScan"), (34712, "JPEG 2000"),
     (32946, "Deflate (old-style)"), (34887, "LERC"), (50001, "WebP"), (50002, "JPEG XL"),
     (4711, "unknown (4711)")],
)  # fmt: skip
def test_compressions_by_number(code: int, name: str) -> None:
    assert read(short(259, code)).encoding.compression == name


@pytest.mark.parametrize(
    ("code", "name", "model"),
    [
        (0, "WhiteIsZero", "Grayscale"),
        (1, "BlackIsZero", "Grayscale"),
        (2, "RGB", "RGB"),
        (5, "CMYK", "CMYK"),
        (6, "YCbCr", "YCbCr"),
        (8, "CIELab", "Lab"),
        (32803, "CFA", "CFA"),
        (32845, "LogLuv", "LogLuv"),
        (999, "unknown (999)", None),
    ],
)
def test_photometric_interpretations(code: int, name: str, model: str | None) -> None:
    image = read(short(262, code)).image
    assert (image.photometric_interpretation, image.color_model) == (name, model)


def test_inks_that_are_not_cmyk() -> None:
    image = read(short(262, 5), short(332, 2)).image
    assert (image.photometric_interpretation, image.color_model) == ("Separated", None)


def test_cmyk_of_16_bits() -> None:
    image = read(short(258, 16, 16, 16, 16), short(262, 5), short(277, 4)).image
    assert (image.bits_per_sample, image.samples_per_pixel) == ((16,) * 4, 4)
    assert (image.color_model, image.has_alpha) == ("CMYK", False)


@pytest.mark.parametrize(
    ("code", "name"),
    [(1, "unsignedInteger"), (2, "signedInteger"), (3, "float"), (4, "undefined"),
     (5, "complexInteger"), (6, "complexFloat")],
)  # fmt: skip
def test_sample_formats(code: int, name: str) -> None:
    assert read(short(258, 32), short(339, code)).image.sample_format == name


def test_floating_point_as_pillow_writes_it() -> None:
    image = extract(save(Image.new("F", (5, 4)))).image
    assert (image.sample_format, image.bits_per_sample) == ("float", (32,))


def test_bits_stated_once_hold_for_all_samples() -> None:
    assert read(short(258, 8), short(262, 2), short(277, 3)).image.bits_per_sample == (8, 8, 8)


def test_bits_are_given_where_the_interpretation_lacks() -> None:
    directory = (long(0x0100, 40), long(0x0101, 30), short(0x0102, 32))
    image = extract(build_tiff(directory)).image
    assert (image.bits_per_sample, image.samples_per_pixel) == ((32,), None)


def test_bits_that_are_not_stated_are_1() -> None:
    fields = tuple(field for field in picture() if field.tag not in (258, 277))
    image = extract(build_tiff(fields)).image
    assert (image.bits_per_sample, image.samples_per_pixel) == ((1,), 1)


@pytest.mark.parametrize(
    ("code", "name", "alpha"),
    [(0, "unspecified", False), (1, "associatedAlpha", True), (2, "unassociatedAlpha", True)],
)
def test_extra_samples(code: int, name: str, alpha: bool) -> None:
    found = read(short(262, 2), short(277, 4), short(338, code))
    assert found.encoding.tiff is not None
    assert found.encoding.tiff.extra_samples == (name,)
    assert found.image.has_alpha is alpha


def test_tiles_planes_and_predictor() -> None:
    fields = [field for field in picture() if field.tag not in (273, 278, 279)]
    more = (
        short(284, 2),
        short(317, 3),
        short(322, 16),
        short(323, 32),
        long(324, 8),
        long(325, 8),
    )
    tiff = extract(build_tiff((*fields, *more))).encoding.tiff
    assert tiff is not None
    assert (tiff.layout, tiff.tile_width, tiff.tile_height) == ("tiled", 16, 32)
    assert (tiff.planar_configuration, tiff.predictor, tiff.rows_per_strip) == ("planar", 3, None)


def test_palette() -> None:
    found = extract(save(Image.new("P", (9, 9))))
    assert found.image.palette == Palette(256, 48)
    assert found.image.photometric_interpretation == "RGBPalette"


@pytest.mark.parametrize(("unit", "name"), [(1, None), (2, "inch"), (3, "cm")])
def test_resolution(unit: int, name: str | None) -> None:
    found = read(rational(282, 300, 1), rational(283, 301, 2), short(296, unit))
    assert found.image.resolution == Resolution(300, 150.5, name)


def test_orientation_turns_the_displayed_size() -> None:
    image = read(short(274, 6)).image
    assert (image.orientation, image.width, image.height) == (6, 40, 30)
    assert (image.display_width, image.display_height) == (30, 40)


def test_pages_as_pillow_writes_them() -> None:
    first, second = Image.new("RGB", (20, 10)), Image.new("L", (8, 6))
    found = extract(save(first, save_all=True, append_images=[second], compression="tiff_lzw"))
    assert found.pages == (Page(20, 10, "LZW"), Page(8, 6, "LZW"))
    assert found.image.page_count == 2


def test_more_pages_than_are_listed_are_counted() -> None:
    found = extract(build_tiff(*(picture(width=n + 1) for n in range(300))))
    assert found.image.page_count == 300
    assert len(found.pages) == 128
    assert found.image.width == 1


@pytest.mark.parametrize("count", [1, 2, 200])
@pytest.mark.parametrize(("order", "big"), LAYOUTS)
def test_pages_in_a_circle_end(count: int, order: str, big: bool) -> None:
    pages = (picture(),) * count
    found = extract(build_tiff(*pages, order=order, big=big, loop=True))
    assert "ifd-loop" in codes(found)
    assert found.image.page_count == count


def test_directories_that_share_their_many_entries_cost_little_memory() -> None:
    rows = b"".join(struct.pack("<HHII", 1000 + index, 4, 1, 5) for index in range(6000))
    offsets = struct.pack("<30I", *(144 + 12 * index for index in range(1, 31)))
    head = b"II*\0" + struct.pack("<I", 8) + struct.pack("<HHHII", 1, 330, 4, 30, 26) + bytes(4)
    counts = struct.pack("<H", 4096)
    data = bytearray(head + offsets + rows)
    for offset in struct.unpack("<30I", offsets):
        data[offset : offset + 2] = counts
    tracemalloc.start()
    try:
        extract(bytes(data))
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_sub_images() -> None:
    small = picture(long(254, 1), width=4, height=3)
    found = read(pointer(330, small, picture(width=80)))
    assert found.encoding.tiff is not None
    shown = [(sub.width, sub.height, sub.reduced) for sub in found.encoding.tiff.sub_images]
    assert shown == [(4, 3, True), (80, 30, False)]
    assert (found.image.width, found.image.page_count) == (40, 1)


def test_the_picture_of_a_dng_is_not_its_preview() -> None:
    raw = picture(long(254, 0), short(258, 16), short(262, 32803), width=4000, height=3000)
    version = Field(0xC612, BYTE, (1, 4, 0, 0))
    found = read(long(254, 1), pointer(330, raw), version)
    assert (found.file.format, found.file.format_version) == ("DNG", "1.4.0.0")
    assert (found.image.width, found.image.height) == (4000, 3000)
    assert (found.image.photometric_interpretation, found.image.bits_per_sample) == ("CFA", (16,))


def jpeg(**options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 50).convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


def jpeg_tiff(data: bytes, *more: Field) -> bytes:
    fields = (
        short(258, 8, 8, 8), short(259, 7), short(262, 6), short(277, 3), long(279, len(data)),
        *more,
    )  # fmt: skip
    return build_tiff(picture(*fields, width=64, height=48), data=data)


@pytest.mark.parametrize(("subsampling", "name"), [(0, "4:4:4"), (1, "4:2:2"), (2, "4:2:0")])
def test_jpeg_inside(subsampling: int, name: str) -> None:
    found = extract(jpeg_tiff(jpeg(quality=90, subsampling=subsampling)))
    assert found.encoding.jpeg is not None
    assert found.encoding.jpeg.chroma_subsampling == name
    assert found.encoding.jpeg.quality_estimate == 90
    assert found.encoding.jpeg.process == "baseline DCT"
    assert (found.encoding.compression, found.encoding.lossless) == ("JPEG", False)
    assert found.image.color_model == "YCbCr"


def test_jpeg_tables_that_all_strips_share() -> None:
    """As libtiff writes it: quantization tables in JPEGTables, none in the strips."""
    found = extract(save(Image.new("RGB", (64, 48)), compression="jpeg", quality=60))
    assert found.encoding.jpeg is not None
    assert found.encoding.jpeg.quality_estimate == 60


def test_jpeg_data_that_is_cut_is_a_warning() -> None:
    found = extract(jpeg_tiff(jpeg()[:40]))
    assert found.encoding.jpeg is None
    assert "jpeg-damaged" in codes(found)
    assert found.image.width == 64


def test_exif_and_gps() -> None:
    exif = (rational(0x829A, 1, 125), short(0x8827, 200))
    gps = (
        text(1, "N"), rational(2, 50, 1, 30, 1, 0, 1),
        text(3, "W"), rational(4, 10, 1, 15, 1, 0, 1),
    )  # fmt: skip
    found = read(text(271, "Example"), pointer(0x8769, exif), pointer(0x8825, gps), order=">")
    assert found.exif is not None
    assert found.exif.ifd0 is not None
    assert found.exif.exif is not None
    assert found.exif.ifd0["Make"] == "Example"
    assert found.exif.exif["PhotographicSensitivity"] == 200
    assert found.location == Location(50.5, -10.25, None)


def test_icc_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    icc = read(Field(34675, UNDEFINED, profile)).color.icc_profile
    assert icc is not None
    assert (icc.size, icc.color_space) == (len(profile), "RGB")
    assert icc.description is not None
    assert "sRGB" in icc.description


@pytest.mark.parametrize("kind", [BYTE, UNDEFINED])
def test_xmp(kind: int) -> None:
    found = read(Field(700, kind, XMP))
    assert found.xmp is not None
    assert "a scan" in found.xmp.values()


def swap_words(data: bytes) -> bytes:
    padded = data + bytes(-len(data) % 4)
    return b"".join(padded[at : at + 4][::-1] for at in range(0, len(padded), 4))


@pytest.mark.parametrize("field", [Field(33723, UNDEFINED, IPTC), Field(33723, BYTE, IPTC),
                                   Field(33723, LONG, swap_words(IPTC))])  # fmt: skip
def test_iptc_even_where_a_writer_swapped_its_words(field: Field) -> None:
    found = read(field)
    assert found.iptc is not None
    assert "Title" in found.iptc.values()


def test_photoshop_resources() -> None:
    block = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(IPTC)) + IPTC + bytes(len(IPTC) % 2)
    found = read(Field(34377, UNDEFINED, block))
    assert found.iptc is not None
    assert "Title" in found.iptc.values()


def test_picture_data_beyond_the_end_is_a_warning() -> None:
    assert "truncated" in codes(read(long(273, 8), long(279, 10_000_000)))


def test_numbers_that_ask_for_too_much_cost_nothing() -> None:
    fields = (long(256, 2**32 - 1), long(257, 2**32 - 1), short(277, 65535), short(258, 8))
    found = read(*fields)
    assert (found.image.width, found.image.height) == (2**32 - 1, 2**32 - 1)
    assert found.image.bits_per_sample == (8,)


@pytest.mark.parametrize(("order", "big"), LAYOUTS)
def test_a_directory_beyond_the_end_is_a_warning(order: str, big: bool) -> None:
    found = extract(build_tiff(picture(), order=order, big=big)[:16])
    assert codes(found) & {"ifd-damaged", "truncated"}
    assert found.image.width is None


@pytest.mark.parametrize(("order", "big"), LAYOUTS)
def test_of_a_directory_that_is_cut_the_rest_is_kept_and_nothing_guessed(
    order: str, big: bool
) -> None:
    whole = build_tiff(picture(), order=order, big=big)
    found = extract(whole[: len(whole) // 3])
    assert "ifd-cut" in codes(found)
    assert found.image.width == 40
    assert found.image.bits_per_sample is None
    assert found.image.has_alpha is None
    assert found.encoding.compression is None


def full_file() -> bytes:
    sub: Directory = picture(long(254, 1), width=4)
    return build_tiff(
        picture(
            pointer(330, sub), pointer(0x8769, (rational(0x829A, 1, 125),)), Field(700, BYTE, XMP)
        ),
        picture(),
    )


def test_every_prefix_gives_an_answer_or_an_error_of_ours() -> None:
    whole = full_file()
    for end in range(len(whole)):
        try:
            assert extract(whole[:end]).file.size == end
        except MetadataError:
            assert end < 8, "a whole header is a TIFF file"


def test_every_changed_byte_gives_an_answer_or_an_error_of_ours() -> None:
    whole = full_file()
    for at in range(len(whole)):
        for value in (0x00, 0x7F, 0xFF):
            changed = whole[:at] + bytes([value]) + whole[at + 1 :]
            try:
                assert extract(changed).file.size == len(whole)
            except MetadataError:
                assert at < 4, "only the signature makes it a TIFF file"


def test_short_is_a_type_of_its_own() -> None:
    assert read(Field(256, SHORT, (41,))).image.width == 41
    assert read(Field(256, LONG, (70_000,))).image.width == 70_000
