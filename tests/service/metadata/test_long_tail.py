"""Formats with small headers: byte by byte, by an encoder where Pillow has one, and damaged."""

from __future__ import annotations

import struct
import time
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from service.metadata import MetadataError, NotAnImage, extract, to_json
from service.metadata.model import ImageMetadata, Location, Page, Palette, Resolution
from service.metadata.schema import read_schema
from service.metadata.values import Rational
from tests.image_bytes import XMP, jpeg_file, png_file
from tests.images import encode
from tests.service.metadata.heif_files import box
from tests.service.metadata.long_tail_files import (
    FILES,
    PLAIN,
    attribute,
    cards,
    cr3,
    dds,
    element,
    exr,
    icns,
    ktx2,
    photo_cd,
    raf,
    save,
    track,
)
from tests.service.metadata.tiff_files import Field, build_tiff, long, rational, text

FLOAT, UNDEFINED = 11, 7


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


def samples(found: ImageMetadata) -> tuple[Any, ...]:
    """The bits of the samples, the colour model, alpha."""
    image = found.image
    return image.bits_per_sample, image.color_model, image.has_alpha


def size(found: ImageMetadata) -> tuple[str, int | None, int | None]:
    return found.file.format, found.image.width, found.image.height


@pytest.mark.parametrize(("channels", "alpha"), [(3, False), (4, True)])
def test_qoi(channels: int, alpha: bool) -> None:
    found = extract(b"qoif" + struct.pack(">IIBB", 40, 30, channels, 1) + bytes(9))
    assert size(found) == ("QOI", 40, 30)
    assert samples(found) == ((8,) * channels, "RGB", alpha)
    assert (found.encoding.lossless, found.color.gamma) == (True, 1.0)


def test_farbfeld() -> None:
    whole = b"farbfeld" + struct.pack(">II", 4, 3) + bytes(4 * 3 * 8)
    found = extract(whole)
    assert size(found) == ("farbfeld", 4, 3)
    assert (samples(found), codes(found)) == (((16,) * 4, "RGB", True), [])
    assert codes(extract(whole[:-1])) == ["truncated"]


@pytest.mark.parametrize(
    ("data", "expected", "compression"),
    [
        (dds(4, b"DXT1"), ((8,) * 4, "RGB", True), "DXT1"),
        (dds(4, b"ATI1"), ((8,), "Grayscale", False), "BC4"),
        (dds(4, b"DX10", more=struct.pack("<I", 95)), ((16,) * 3, "RGB", False), "BC6H"),
        (dds(4, b"DX10", more=struct.pack("<I", 98)), ((8,) * 4, "RGB", True), "BC7"),
        (dds(4, b"DX10", more=struct.pack("<I", 10)), ((16,) * 4, "RGB", True), "Uncompressed"),
        (dds(4, b"????"), (None, None, None), None),
        (dds(0x40, b"", 16, 0xF800, 0x7E0, 0x1F), ((5, 6, 5), "RGB", False), "Uncompressed"),
        (dds(0x41, b"", 32, 0xFF0000, 0xFF00, 0xFF, 0xFF000000), ((8,) * 4, "RGB", True),
         "Uncompressed"),
        (dds(0x20000, b"", 8, 0xFF), ((8,), "Grayscale", False), "Uncompressed"),
    ],
)  # fmt: skip
def test_dds(data: bytes, expected: tuple[Any, ...], compression: str | None) -> None:
    found = extract(data)
    assert size(found) == ("DDS", 40, 30)
    assert (samples(found), found.encoding.compression) == (expected, compression)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(
    ("kind", "base", "expected"),
    [(0x1401, 0x1908, ((8,) * 4, "RGB", True)), (0x140B, 0x1907, ((16,) * 3, "RGB", False)),
     (0, 0x1907, (None, "RGB", False))],
)  # fmt: skip
def test_ktx(order: str, kind: int, base: int, expected: tuple[Any, ...]) -> None:
    numbers = (0x04030201, kind, 1, 0, 0, base, 40, 30, 0, 0, 1, 1, 0)
    found = extract(b"\xabKTX 11\xbb\r\n\x1a\n" + struct.pack(f"{order}13I", *numbers))
    assert size(found) == ("KTX", 40, 30)
    assert samples(found) == expected
    assert found.image.sample_format == ("float" if kind == 0x140B else
                                         "unsignedInteger" if kind else None)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "expected", "compression"),
    [
        (ktx2(1, (8, 0), (8, 1), (8, 2), (8, 15)), ((8,) * 4, "RGB", True), "Uncompressed"),
        (ktx2(1, (8, 0), scheme=2), ((8,), "Grayscale", False), "Zstandard"),
        (ktx2(166, (8, 0)), (None, None, None), "UASTC"),
    ],
)
def test_ktx2(data: bytes, expected: tuple[Any, ...], compression: str) -> None:
    found = extract(data)
    assert size(found) == ("KTX2", 40, 30)
    assert (samples(found), found.encoding.compression) == (expected, compression)


def test_ktx2_of_floats() -> None:
    found = extract(ktx2(1, (16, 0xC0), (16, 0xC1), (16, 0xC2)))
    assert (found.image.sample_format, found.image.bits_per_sample) == ("float", (16,) * 3)


@pytest.mark.parametrize(
    ("names", "kind", "expected", "sample_format"),
    [
        ((b"A", b"B", b"G", b"R"), 1, ((16,) * 4, "RGB", True), "float"),
        ((b"Y",), 2, ((32,), "Grayscale", False), "float"),
        ((b"BY", b"RY", b"Y"), 1, ((16,) * 3, "YCbCr", False), "float"),
        ((b"id",), 0, ((32,), None, False), "unsignedInteger"),
        ((b"id",), 7, (None, None, False), None),
    ],
)
def test_exr(
    names: tuple[bytes, ...], kind: int, expected: tuple[Any, ...], sample_format: str | None
) -> None:
    found = extract(exr(*names, kind=kind))
    assert size(found) == ("EXR", 40, 30)
    assert (found.image.display_width, found.image.display_height) == (30, 20)
    assert (samples(found), found.image.sample_format) == (expected, sample_format)
    assert (found.encoding.compression, found.encoding.lossless) == ("Deflate", True)
    assert [comment.text for comment in found.comments] == ["made by a test"]
    assert [(shown.source, shown.width, shown.size) for shown in found.thumbnails] == [
        ("exr", 2, 8)
    ]
    assert codes(found) == []


def test_exr_of_parts() -> None:
    part = attribute(b"name", b"second") + b"\0"
    found = extract(exr(b"Y", version=0x1002, more=part + part + b"\0"))
    assert found.image.page_count == 3


def test_exr_of_endless_attributes() -> None:
    start = time.process_time()
    found = extract(exr(b"Y", version=0x1002, more=(attribute(b"a", b"") * 2 + b"\0") * 100_000))
    assert time.process_time() - start < 5
    assert found.image.width == 40


@pytest.mark.parametrize(
    ("line", "shown", "orientation"),
    [(b"-Y 30 +X 40", (40, 30), 1), (b"+Y 30 +X 40", (40, 30), 4), (b"-Y 30 -X 40", (40, 30), 2),
     (b"+X 30 -Y 40", (30, 40), None)],
)  # fmt: skip
def test_radiance(line: bytes, shown: tuple[int, int], orientation: int | None) -> None:
    found = extract(b"#?RADIANCE\n# a comment\nFORMAT=32-bit_rle_rgbe\n\n" + line + b"\n")
    assert size(found) == ("HDR", 40, 30)
    assert (found.image.display_width, found.image.display_height) == shown
    assert (found.image.orientation, found.image.color_model) == (orientation, "RGB")
    assert [comment.text for comment in found.comments] == ["a comment"]


def test_radiance_without_a_size() -> None:
    assert codes(extract(b"#?RGBE\nFORMAT=none\n")) == ["no-size"]
    assert codes(extract(b"#?RGBE\n\n-Y 3 +Y 4\n")) == ["no-size"]


@pytest.mark.parametrize(
    ("identifier", "expected", "sample_format"),
    [("0c", ((8,) * 3, "RGB", False), "unsignedInteger"),
     ("0f", ((8,) * 4, "RGB", True), "unsignedInteger"),
     ("2dadc7f58d6add43a7a8a29935261ae9", ((8,) * 4, "RGB", True), "unsignedInteger"),
     ("8fd7fee3dbe8cf4a84c1e97f6136b327", ((32,) * 3, "RGB", False), "float"),
     ("2c", ((8,) * 5, "CMYK", True), "unsignedInteger"),
     ("1d", ((16,) * 4, "RGB", True), "signedInteger"),
     ("21", ((8,) * 4, None, False), "unsignedInteger"),
     ("39", ((16,) * 9, None, True), "unsignedInteger"),
     ("3e", ((16,), "Grayscale", False), "float"), ("ee", (None, None, None), None)],
)  # fmt: skip
def test_jpeg_xr(identifier: str, expected: tuple[Any, ...], sample_format: str | None) -> None:
    name = bytes.fromhex("24c3dd6f034efe4bb1853d77768dc9" + identifier)[-16:]
    dots = Field(0xBC82, FLOAT, struct.pack("<f", 96)), Field(0xBC83, FLOAT, struct.pack("<f", 72))
    tags = (
        Field(0xBC01, 1, name), long(0xBC02, 4), long(0xBC80, 40), long(0xBC81, 30),
    )  # fmt: skip
    data = bytearray(build_tiff((*tags, *dots)))
    data[2:4] = b"\xbc\1"
    # The builder counts bytes; a float is one value of four.
    whole = bytes(data)
    for field in dots:
        plain = struct.pack("<HHI", field.tag, FLOAT, 4)
        assert whole.count(plain) == 1
        at = whole.index(plain) + 8
        assert isinstance(field.value, bytes)
        whole = whole[: at - 4] + struct.pack("<I", 1) + field.value + whole[at + 4 :]
    found = extract(whole)
    assert size(found) == ("JPEG XR", 40, 30)
    assert (found.image.orientation, found.image.display_width) == (6, 30)
    assert (samples(found), found.image.sample_format) == (expected, sample_format)
    assert found.image.resolution == Resolution(96.0, 72.0, "inch")


def test_icns() -> None:
    found = extract(icns(
        element(b"TOC ", b""), element(b"is32", bytes(9)), element(b"s8mk", bytes(256)),
        element(b"ic07", png_file(size=(128, 128), color=6)), element(b"ICN#", bytes(256)),
    ))  # fmt: skip
    assert size(found) == ("ICNS", 128, 128)
    assert samples(found) == ((8,) * 4, "RGB", True)
    assert found.pages == (
        Page(128, 128, "Deflate"), Page(32, 32, "Uncompressed"), Page(16, 16, "RLE")
    )  # fmt: skip
    assert (found.encoding.compression, codes(found)) == ("Deflate", [])


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ((element(b"it32", b"abc"),), ((8,) * 3, "RGB", False)),
        ((element(b"it32", b"abc"), element(b"t8mk", b"")), ((8,) * 4, "RGB", True)),
        ((element(b"ic05", b"ARGB"),), ((8,) * 4, "RGB", True)),
        ((element(b"icl8", b""),), ((8,), "Palette", False)),
    ],
)
def test_icns_of_packed_bytes(elements: tuple[bytes, ...], expected: tuple[Any, ...]) -> None:
    assert samples(extract(icns(*elements))) == expected


def test_icns_with_jpeg_2000() -> None:
    found = extract(icns(element(b"ic08", encode("JPEG2000", size=(256, 256)))))
    assert (size(found), found.encoding.compression) == (("ICNS", 256, 256), "JPEG 2000")


def test_icns_without_a_picture() -> None:
    assert codes(extract(icns(element(b"name", b"x")))) == ["no-entry"]
    assert codes(extract(icns() + b"ic07\0\0")) == ["truncated", "no-entry"]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("RGB", ((8,) * 3, "RGB", False)), ("RGBA", ((8,) * 4, "RGB", True)),
     ("L", ((8,), "Grayscale", False)), ("LA", ((8, 8), "Grayscale", True)),
     ("P", ((8,), "Palette", False))],
)  # fmt: skip
@pytest.mark.parametrize("compression", [None, "tga_rle"])
def test_tga(mode: str, expected: tuple[Any, ...], compression: str | None) -> None:
    found = extract(save("TGA", mode, compression=compression, id_section=b"a name"))
    assert size(found) == ("TGA", 40, 30)
    assert samples(found) == expected
    assert found.encoding.compression == ("RLE" if compression else "Uncompressed")
    assert [(c.keyword, c.text) for c in found.comments] == [("ImageID", "a name")]
    assert found.file.format_version == "2.0"


def test_tga_of_one_bit() -> None:
    found = extract(save("TGA", "1"))
    assert (size(found), samples(found)) == (("TGA", 40, 30), ((1,), "Grayscale", False))
    with pytest.raises(NotAnImage):
        extract(save("TGA", "1")[: 18 + 5 * 30 - 1])


def test_tga_with_an_extension_area() -> None:
    head = struct.pack("<BBBHHBHHHHBB", 0, 0, 2, 0, 0, 0, 0, 0, 4, 3, 32, 8)
    area = bytearray(495)
    area[2:8], area[43:48], area[426:430] = b"Person", b"A day", b"Tool"
    area[494] = 0
    data = head + bytes(48)
    stamp = len(data) + 495
    area[486:490] = struct.pack("<I", stamp)
    footer = struct.pack("<II", len(data), 0) + b"TRUEVISION-XFILE.\0"
    found = extract(data + bytes(area) + b"\2\1" + bytes(8) + footer)
    assert [(comment.keyword, comment.text) for comment in found.comments] == [
        ("Author", "Person"), ("Comments", "A day"), ("Software", "Tool"),
    ]  # fmt: skip
    assert samples(found) == ((8,) * 3, "RGB", False)
    assert [(shown.source, shown.width, shown.size) for shown in found.thumbnails] == [
        ("tga", 2, 8)
    ]


@pytest.mark.parametrize(
    ("mode", "channels", "bpc"), [("L", 1, 1), ("RGB", 3, 1), ("RGBA", 4, 1), ("RGB", 3, 2)]
)
def test_sgi(mode: str, channels: int, bpc: int) -> None:
    data = save("SGI", mode)
    data = data[:3] + bytes([bpc]) + data[4:]
    found = extract(data)
    assert size(found) == ("SGI", 40, 30)
    model = "Grayscale" if channels == 1 else "RGB"
    assert samples(found) == ((8 * bpc,) * channels, model, channels == 4)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("1", ((1,), "Grayscale", False)), ("P", ((8,), "Palette", False)),
     ("RGB", ((8,) * 3, "RGB", False))],
)  # fmt: skip
def test_pcx(mode: str, expected: tuple[Any, ...]) -> None:
    found = extract(save("PCX", mode))
    assert (size(found), samples(found)) == (("PCX", 40, 30), expected)
    assert found.encoding.compression == "RLE"


def test_pcx_whose_rows_are_said_to_be_too_short() -> None:
    data = bytearray(save("PCX", "P"))
    data[66:68] = struct.pack("<H", 40 // 8)
    assert size(extract(bytes(data))) == ("PCX", 40, 30)
    data[66:68] = struct.pack("<H", 40 // 8 - 1)
    with pytest.raises(NotAnImage):
        extract(bytes(data))


def test_pcx_of_sixteen_colors() -> None:
    data = bytearray(save("PCX", "P"))
    data[3], data[65] = 1, 4
    found = extract(bytes(data))
    assert (found.image.bits_per_sample, found.image.palette) == ((4,), Palette(16, 24))


@pytest.mark.parametrize(
    ("rows", "bits", "sample_format"),
    [(("BITPIX  = 8",), 8, "unsignedInteger"), (("BITPIX  = 16",), 16, "signedInteger"),
     (("BITPIX  = 16", "BZERO   = 32768.0"), 16, "unsignedInteger"),
     (("BITPIX  = -64",), 64, "float")],
)  # fmt: skip
def test_fits(rows: tuple[str, ...], bits: int, sample_format: str) -> None:
    found = extract(cards("SIMPLE  = T", *rows, *PLAIN))
    assert size(found) == ("FITS", 40, 30)
    assert samples(found) == ((bits,), "Grayscale", False)
    assert (found.image.sample_format, codes(found)) == (sample_format, [])


def test_fits_whose_picture_is_an_extension() -> None:
    head = cards("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0")
    plain = extract(head + cards("XTENSION= 'IMAGE   '", "BITPIX  = -32", *PLAIN))
    assert (size(plain), plain.image.bits_per_sample) == (("FITS", 40, 30), (32,))
    packed = cards(
        "XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 8", "NAXIS2  = 30",
        "ZIMAGE  = T", "ZBITPIX = 16", *(f"Z{row.replace('  =', ' =')}" for row in PLAIN),
    )  # fmt: skip
    found = extract(head + packed)
    assert (size(found), found.image.bits_per_sample) == (("FITS", 40, 30), (16,))
    assert codes(extract(head)) == ["truncated", "no-size"]


@pytest.mark.parametrize(("text", "alpha"), [('"a c None",', True), ('"a c #000000",', False)])
def test_xpm(text: str, alpha: bool) -> None:
    head = '/* XPM */\nstatic char *a[] = {\n/* columns rows colors */\n"40 30 300 2 ",\n'
    found = extract((head + text).encode())
    assert (size(found), found.image.palette) == (("XPM", 40, 30), Palette(300, 24))
    assert (found.image.color_model, found.image.has_alpha) == ("Palette", alpha)


def test_xpm_without_its_numbers() -> None:
    with pytest.raises(NotAnImage):
        extract(b"/* XPM */\nstatic char *a[] = { nothing };")


def test_fujifilm() -> None:
    found = extract(raf(
        (0x0100, struct.pack(">HH", 3000, 4000)), (9, b"abc"),
        (0x0111, struct.pack(">HH", 2900, 3900)),
    ))  # fmt: skip
    assert size(found) == ("RAF", 4000, 3000)
    assert (found.image.display_width, found.image.display_height) == (2900, 3900)
    assert (found.image.orientation, found.file.format_version) == (6, "0201")
    assert found.exif is not None
    assert [shown.source for shown in found.thumbnails] == ["raf"]
    assert codes(extract(raf())) == ["no-size"]


def test_canon_raw_3() -> None:
    tags = build_tiff((long(256, 6000), long(257, 4000), long(274, 6)))
    canon = box(b"uuid", bytes.fromhex("85c0b687820f11e08111f4ce462b6a48"), box(b"CMT1", tags))
    movie = box(
        b"moov", canon, track(b"CRAW", 1620, 1080), track(b"CRAW", 6288, 4056),
        track(b"CTMD", 9000, 9000),
    )  # fmt: skip
    head = box(b"ftyp", b"crx ", bytes(4), b"crx ", b"isom")
    found = extract(head + movie)
    assert size(found) == ("CR3", 6288, 4056)
    assert (found.image.display_width, found.image.display_height) == (4000, 6000)
    assert (found.image.color_model, found.image.orientation) == ("CFA", 6)
    assert codes(found) == []
    assert codes(extract(head)) == ["no-size"]


def canon_tags(order: str = "<") -> dict[str, bytes]:
    finished = (long(256, 6000), long(257, 4000), text(0x0110, "Model 1"))
    return {
        "CMT1": build_tiff(finished, order=order),
        "CMT2": build_tiff((rational(0x829A, 1, 125), text(0xA434, "Lens")), order=order),
        "CMT3": build_tiff((text(6, "a maker's note"),), order=order),
        "CMT4": build_tiff((
            text(1, "N"), rational(2, 30, 1, 15, 1, 0, 1), text(3, "W"),
            rational(4, 40, 1, 30, 1, 0, 1),
        ), order=order),
    }  # fmt: skip


@pytest.mark.parametrize("order", "<>")
def test_canon_raw_3_keeps_each_directory_in_a_box(order: str) -> None:
    found = extract(cr3(**canon_tags(order)))
    assert found.exif is not None
    assert found.exif.ifd0 == {"ImageWidth": 6000, "ImageLength": 4000, "Model": "Model 1"}
    assert found.exif.exif == {"ExposureTime": Rational(1, 125), "LensModel": "Lens"}
    assert found.exif.gps is not None
    assert found.exif.gps["GPSLatitudeRef"] == "N"
    assert found.location == Location(30.25, -40.5, None)
    assert codes(found) == []


def test_canon_raw_3_with_a_thumbnail_and_xmp() -> None:
    picture = jpeg_file()
    thumbnail = struct.pack(">IHHIHH", 0, 160, 120, len(picture), 1, 0) + picture + b"\0"
    packet = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), XMP)
    found = extract(cr3(**canon_tags(), THMB=thumbnail, more=packet))
    (shown,) = found.thumbnails
    assert (shown.source, shown.size, shown.media_type) == ("cr3", len(picture), "image/jpeg")
    assert found.xmp is not None
    assert (size(found), codes(found)) == (("CR3", 6288, 4056), [])
    cut = extract(cr3(THMB=b"short"))
    assert (size(cut), codes(cut)) == (("CR3", 6288, 4056), ["thumbnail-cut"])


def test_canon_raw_3_without_its_first_directory() -> None:
    blocks = canon_tags()
    found = extract(cr3(CMT2=blocks["CMT2"], CMT4=blocks["CMT4"]))
    assert found.exif is not None
    assert (found.exif.ifd0, found.exif.exif is not None) == (None, True)
    assert found.location is not None


def test_canon_raw_3_with_a_damaged_directory() -> None:
    blocks = canon_tags()
    for name in ("CMT2", "CMT4"):
        found = extract(cr3(**{**blocks, name: b"no TIFF"}))
        assert codes(found) == ["exif-damaged"]
        assert found.exif is not None
        assert (found.exif.exif is None, found.exif.gps is None) == (name == "CMT2", name == "CMT4")


def test_the_tags_of_canon_raw_3_are_bounded_in_all() -> None:
    """Each directory names the same text many times; the three share one limit."""
    whole = build_tiff((text(0x010E, "a" * 1_000_000),))
    at = whole.index(b"aaaa")
    rows = b"".join(struct.pack("<HHII", 0x9000 + i, 2, 1_000_000, at) for i in range(4))
    data = whole[:4] + struct.pack("<I", len(whole)) + whole[8:]
    block = data + struct.pack("<H", 4) + rows + bytes(4)
    found = extract(cr3(CMT1=block[: 2**20], CMT2=block[: 2**20], CMT4=block[: 2**20]))
    assert "limit-tag-text" in codes(found)
    assert codes(extract(cr3(CMT1=block[: 2**20]))) == []


@pytest.mark.parametrize(
    ("sides", "expected"),
    [(b"\x28\x1e", (40, 30)), (b"\x81\x00\x01", (128, 1)), (b"\x09\x80\x02", (9, 2))],
)
def test_wbmp(sides: bytes, expected: tuple[int, int]) -> None:
    width, height = expected
    rows = bytes((width + 7) // 8 * height)
    found = extract(b"\0\0" + sides + rows)
    assert size(found) == ("WBMP", *expected)
    assert (samples(found), found.encoding.lossless) == (((1,), "Grayscale", False), True)
    for other in (rows[1:], rows + b"\0"):
        with pytest.raises(NotAnImage):
            extract(b"\0\0" + sides + other)


@pytest.mark.parametrize(
    "data", [bytes(2), bytes(4), bytes(64), b"\0\0\x01\0", b"\0\0\x80", b"\0\0" + b"\xff" * 12]
)
def test_what_has_no_size_is_no_wbmp(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        extract(data)


def test_pages_of_dcx() -> None:
    page = save("PCX", "RGB")
    offsets = struct.pack("<IIII", 0x3ADE68B1, 16, 16 + len(page), 0)
    found = extract(offsets + page + page)
    assert (size(found), found.image.page_count) == (("DCX", 40, 30), 2)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("pixar", ((8,) * 3, "RGB", False)), ("xvthumb", ((8,), "Palette", False)),
     ("mcidas", ((16,), "Grayscale", False)),
     ("spider", ((32,), "Grayscale", False))],
)  # fmt: skip
def test_what_pillow_knows(name: str, expected: tuple[Any, ...]) -> None:
    found = extract(FILES[name])
    assert size(found) == (name.upper(), 40, 30)
    assert (samples(found), found.encoding.compression) == (expected, "Uncompressed")


@pytest.mark.parametrize(("turned", "expected"), [(False, (768, 512)), (True, (512, 768))])
def test_photo_cd(turned: bool, expected: tuple[int, int]) -> None:
    assert size(extract(photo_cd(turned=turned))) == ("PCD", *expected)


@pytest.mark.parametrize(
    "data",
    [FILES["xvthumb"].replace(b"40 30", b"a b"),
     FILES["spider"].replace(struct.pack("<f", 40), bytes(4)), photo_cd().replace(b"PCD", b"PCX")],
)  # fmt: skip
def test_what_only_looks_like_them(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        extract(data)


@pytest.mark.parametrize("name", FILES)
def test_the_answer_is_as_the_schema_says(name: str) -> None:
    jsonschema.Draft202012Validator(read_schema()).validate(to_json(extract(FILES[name])))


def test_a_ktx_file_without_a_byte_order() -> None:
    assert codes(extract(b"\xabKTX 11\xbb\r\n\x1a\n" + bytes(52))) == ["truncated"]


@pytest.mark.parametrize("name", FILES)
def test_every_prefix_and_changed_byte_gives_an_answer_or_an_error_of_ours(name: str) -> None:
    data = FILES[name]
    step = max(len(data) // 150, 1)
    for at in range(1, len(data), step):
        changed = bytearray(data)
        changed[at] ^= 0xFF
        for damaged in (data[:at], bytes(changed)):
            try:
                found = extract(damaged)
            except MetadataError:
                continue
            assert "parser-fault" not in codes(found), (name, at)
