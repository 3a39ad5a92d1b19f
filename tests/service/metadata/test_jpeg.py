"""JPEG: processes, sampling, quality, segments, and where the picture ends."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from PIL import Image

from service.metadata import extract
from service.metadata.encodings import JpegEncoding
from service.metadata.limits import EXACT_SCAN_BYTES
from service.metadata.model import Comment, GainMap, ImageMetadata, Resolution
from tests.image_bytes import XMP, exif_block, frame, jpeg_file, segment
from tests.images import PROFILE, encode
from tests.service.metadata.tiff_files import Field, build_tiff, long, rational, short

JFIF = segment(0xE0, b"JFIF\0\1\2\1\0\x48\0\x60\0\0")


def jpeg_of(found: ImageMetadata) -> JpegEncoding:
    assert found.encoding.jpeg is not None
    return found.encoding.jpeg


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


def adobe(transform: int) -> bytes:
    return segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([transform]))


@pytest.mark.parametrize(
    ("marker", "process", "coding", "progressive", "lossless"),
    [
        (0xC0, "baseline DCT", "Huffman", False, False),
        (0xC1, "extended sequential DCT", "Huffman", False, False),
        (0xC2, "progressive DCT", "Huffman", True, False),
        (0xC3, "lossless", "Huffman", False, True),
        (0xC5, "differential sequential DCT", "Huffman", False, False),
        (0xC6, "differential progressive DCT", "Huffman", True, False),
        (0xC7, "differential lossless", "Huffman", False, True),
        (0xC9, "extended sequential DCT", "arithmetic", False, False),
        (0xCA, "progressive DCT", "arithmetic", True, False),
        (0xCB, "lossless", "arithmetic", False, True),
        (0xCD, "differential sequential DCT", "arithmetic", False, False),
        (0xCE, "differential progressive DCT", "arithmetic", True, False),
        (0xCF, "differential lossless", "arithmetic", False, True),
    ],
)
def test_every_frame_of_t81(
    marker: int, process: str, coding: str, progressive: bool, lossless: bool
) -> None:
    found = extract(jpeg_file(sof=frame(marker, precision=12)))
    assert (jpeg_of(found).process, jpeg_of(found).entropy_coding) == (process, coding)
    assert (found.encoding.progressive, found.encoding.lossless) == (progressive, lossless)
    assert found.image.bits_per_sample == (12, 12, 12)
    assert (found.image.width, found.image.height) == (40, 30)


@pytest.mark.parametrize(("near", "lossless"), [(0, True), (3, False)])
def test_jpeg_ls(near: int, lossless: bool) -> None:
    scan = segment(0xDA, bytes([1, 1, 0, near, 0, 0]))
    data = b"\xff\xd8" + frame(0xF7, factors=((1, 1),)) + scan + b"\x10\xff\xd9"
    found = extract(data)
    assert (found.file.format, found.file.media_type) == ("JPEG-LS", "image/jls")
    assert (jpeg_of(found).process, found.encoding.lossless) == ("JPEG-LS", lossless)


@pytest.mark.parametrize("count", [1, 100_000])
def test_the_data_of_jpeg_ls_stuffs_bits(count: int) -> None:
    """FF 7F is a marker in any other JPEG data, and a pixel's ones in this."""
    scan = segment(0xDA, b"\1\1\0\0\0\0") + b"\xff\x7f" * count
    data = b"\xff\xd8" + frame(0xF7, factors=((1, 1),)) + scan + b"\x40\xff\xd9"
    found = extract(data + b"tail")
    assert (found.file.trailing_bytes, codes(found)) == (4, [])


@pytest.mark.parametrize(
    ("factors", "name"),
    [
        ([(1, 1), (1, 1), (1, 1)], "4:4:4"),
        ([(2, 1), (1, 1), (1, 1)], "4:2:2"),
        ([(2, 2), (1, 1), (1, 1)], "4:2:0"),
        ([(1, 2), (1, 1), (1, 1)], "4:4:0"),
        ([(4, 1), (1, 1), (1, 1)], "4:1:1"),
        ([(4, 2), (1, 1), (1, 1)], "4:1:0"),
        ([(2, 2), (1, 2), (1, 2)], "4:2:2"),
        ([(2, 2), (2, 1), (2, 1)], "4:4:0"),
        ([(2, 2), (2, 2), (2, 2)], "4:4:4"),
        ([(2, 2), (1, 1), (2, 1)], None),
        ([(3, 1), (2, 1), (2, 1)], None),
        ([(1, 1), (0, 0), (0, 0)], None),
        ([(2, 2), (1, 1), (1, 1), (2, 2)], "4:2:0"),
        ([(1, 1)], None),
    ],
)
def test_chroma_subsampling_is_a_ratio(factors: list[tuple[int, int]], name: str | None) -> None:
    found = jpeg_of(extract(jpeg_file(sof=frame(factors=factors))))
    assert found.chroma_subsampling == name
    assert found.sampling_factors == tuple(factors)


@pytest.mark.parametrize(
    ("segments", "factors", "ids", "model"),
    [
        ([JFIF, adobe(0)], 3, b"RGB", "YCbCr"),
        ([adobe(0)], 3, b"\1\2\3", "RGB"),
        ([adobe(1)], 3, b"RGB", "YCbCr"),
        ([], 3, b"RGB", "RGB"),
        ([], 3, b"\1\2\3", "YCbCr"),
        ([], 4, b"\1\2\3\4", "CMYK"),
        ([adobe(2)], 4, b"\1\2\3\4", "YCCK"),
        ([], 1, b"\1", "Grayscale"),
        ([], 2, b"\1\2", None),
    ],
)
def test_color_model(segments: list[bytes], factors: int, ids: bytes, model: str | None) -> None:
    sof = frame(factors=[(1, 1)] * factors, ids=ids)
    image = extract(jpeg_file(*segments, sof=sof)).image
    assert (image.color_model, image.samples_per_pixel) == (model, factors)


@pytest.mark.parametrize("quality", [1, 10, 25, 49, 50, 51, 75, 90, 95, 99, 100])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_quality_of_the_ijgs_own_tables(mode: str, quality: int) -> None:
    found = jpeg_of(extract(encode("JPEG", mode, quality=quality)))
    assert found.quality_estimate == quality
    assert len(found.quantization_tables) == (1 if mode == "L" else 2)
    assert len(found.quantization_tables[0].values) == 64


def test_tables_of_16_bits() -> None:
    body = b"\x10" + struct.pack(">64H", *range(300, 364))
    (table,) = jpeg_of(extract(jpeg_file(segment(0xDB, body)))).quantization_tables
    assert (table.id, table.precision, table.values[:2]) == (0, 16, (300, 301))


def test_tables_that_no_ijg_encoder_scaled_have_no_low_estimate() -> None:
    body = b"\0" + bytes([200] * 32 + [255] * 32)
    assert jpeg_of(extract(jpeg_file(segment(0xDB, body)))).quality_estimate is None


def test_jfif_version_and_density() -> None:
    found = extract(jpeg_file(JFIF))
    assert found.file.format_version == "JFIF 1.02"
    assert found.image.resolution == Resolution(72, 96, "inch")


SHAPE = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")


@pytest.mark.parametrize("jfif", [JFIF, SHAPE], ids=["density", "shape"])
@pytest.mark.parametrize("first", ["jfif", "exif"])
def test_the_resolution_of_exif_stands_above_jfifs_density(jfif: bytes, first: str) -> None:
    exif = segment(0xE1, b"Exif\0\0" + exif_block())
    found = extract(jpeg_file(*((jfif, exif) if first == "jfif" else (exif, jfif))))
    assert found.image.resolution == Resolution(300, 300, "inch")


@pytest.mark.parametrize("first", ["jfif", "exif"])
def test_a_density_stands_above_exifs_mere_shape(first: str) -> None:
    tags = (rational(0x011A, 1, 1), rational(0x011B, 1, 1), short(0x0128, 1))
    exif = segment(0xE1, b"Exif\0\0" + build_tiff(tags))
    found = extract(jpeg_file(*((JFIF, exif) if first == "jfif" else (exif, JFIF))))
    assert found.image.resolution == Resolution(72, 96, "inch")


def test_the_first_exif_block_counts() -> None:
    blocks = [segment(0xE1, b"Exif\0\0" + exif_block(orientation=value)) for value in (6, 3)]
    found = extract(jpeg_file(*blocks))
    assert found.image.orientation == 6
    assert codes(found) == ["exif-repeated"]
    assert (found.image.display_width, found.image.display_height) == (30, 40)


def test_height_from_dnl() -> None:
    sof = frame(size=(40, 0))
    found = extract(jpeg_file(sof=sof, scan=b"\1\xff\0\2" + segment(0xDC, b"\0\x1e")))
    assert found.image.height == 30
    assert found.image.display_height == 30


@pytest.mark.parametrize("size", [10, 2 * EXACT_SCAN_BYTES])
def test_trailing_bytes(size: int) -> None:
    whole = jpeg_file(scan=b"\x55\xff\0\xff\xd0" * (size // 5)) + b"\0\0\0\x18ftypmp42more"
    found = extract(whole)
    assert found.file.trailing_bytes == 16
    assert codes(found) == ["trailing-data"]
    assert "MP4" in found.warnings[0].message


def test_a_long_file_that_ends_with_its_marker_ends_there() -> None:
    found = extract(jpeg_file(scan=bytes(2 * EXACT_SCAN_BYTES)))
    assert found.file.trailing_bytes == 0


def test_an_end_that_is_missing() -> None:
    found = extract(jpeg_file()[:-2])
    assert codes(found) == ["no-end"]
    assert found.file.trailing_bytes is None


def test_comments_before_and_between_scans() -> None:
    scans = b"\1\2" + segment(0xFE, b"late") + segment(0xDA, b"\1\1\0\0\x3f\0") + b"\3"
    found = extract(jpeg_file(segment(0xFE, "früh".encode()), scan=scans))
    assert found.comments == (
        Comment("COM", None, None, "früh"), Comment("COM", None, None, "late"),
    )  # fmt: skip


def test_bytes_between_segments_are_passed_over() -> None:
    found = extract(b"\xff\xd8" + JFIF + b"\0\1\2" + jpeg_file()[2:])
    assert (found.image.width, codes(found)) == (40, ["stray-bytes"])


def test_fill_bytes_are_no_damage() -> None:
    found = extract(b"\xff\xd8" + b"\xff" * 9 + jpeg_file()[2:])
    assert (found.image.width, codes(found)) == (40, [])


def test_a_profile_in_several_segments_out_of_order() -> None:
    parts = [PROFILE[:100], PROFILE[100:150], PROFILE[150:]]
    segments = [
        segment(0xE2, b"ICC_PROFILE\0" + bytes([number, 3]) + parts[number - 1])
        for number in (3, 1, 2)
    ]
    icc = extract(jpeg_file(*segments)).color.icc_profile
    assert icc is not None
    assert (icc.size, icc.description) == (len(PROFILE), "Display")
    assert codes(extract(jpeg_file(*segments[:2]))) == ["icc-incomplete", "icc-damaged"]


def test_extended_xmp_adds_to_the_packet() -> None:
    more = XMP.replace(b'xmp:Rating="4"', b'xmp:Label="far"').replace(b"Harbour", b"Pier")
    prefix = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + struct.pack(">I", len(more))
    parts = [
        segment(0xE1, prefix + struct.pack(">I", at) + more[at : at + 200])
        for at in range(0, len(more), 200)
    ]
    first = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    found = extract(jpeg_file(first, *reversed(parts)))
    assert found.xmp is not None
    assert (found.xmp["xmp:Rating"], found.xmp["xmp:Label"]) == ("4", "far")
    assert found.xmp["dc:title"] == "Harbour"


def mpf(first: int, second: tuple[int, int, int]) -> bytes:
    kind, size, offset = second
    rows = struct.pack("<IIIHH", 0x030000, first, 0, 0, 0)
    rows += struct.pack("<IIIHH", kind, size, offset, 0, 0)
    return segment(0xE2, b"MPF\0" + build_tiff((long(0xB001, 2), Field(0xB002, 7, rows))))


def test_the_pictures_of_an_index() -> None:
    thumbnail = encode("JPEG", size=(20, 10))
    size = len(jpeg_file(mpf(0, (0, 0, 0))))
    start = 2 + 4 + 4
    index = mpf(size, (0x010001, len(thumbnail), size - start))
    found = extract(jpeg_file(index) + thumbnail)
    (preview,) = found.thumbnails
    assert (preview.source, preview.width, preview.height) == ("mpf", 20, 10)
    assert found.file.trailing_bytes == len(thumbnail)


def test_gain_maps() -> None:
    named = XMP.replace(
        b'xmp:Rating="4"',
        b'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"',
    )
    ultra = extract(jpeg_file(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + named)))
    assert ultra.color.gain_map == GainMap("hdrgm", "1.0")
    iso = extract(jpeg_file(segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0")))
    assert iso.color.gain_map == GainMap("ISO 21496-1", None)


def test_thumbnails_of_jfif() -> None:
    plain = segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1\2\3" + bytes(18))
    packed = segment(0xE0, b"JFXX\0\x10" + encode("JPEG", size=(9, 7)))
    shown = [
        (t.source, t.width, t.height, t.media_type)
        for t in extract(jpeg_file(plain, packed)).thumbnails
    ]
    assert shown == [("jfif", 2, 3, None), ("jfif", 9, 7, "image/jpeg")]


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}]
)
def test_what_pillow_writes(options: dict[str, Any]) -> None:
    out = io.BytesIO()
    Image.effect_noise((200, 100), 50).convert("RGB").save(out, "JPEG", **options)
    found = extract(out.getvalue())
    assert (found.image.width, found.image.height, found.file.trailing_bytes) == (200, 100, 0)
    assert found.encoding.progressive is bool(options.get("progressive"))
    assert codes(found) == []
