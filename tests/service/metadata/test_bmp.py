"""BMP: facts of every header there is, built byte by byte, and of files that Pillow wrote."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from PIL import Image, ImageCms

from service.metadata import extract
from service.metadata.encodings import BmpEncoding
from service.metadata.errors import MetadataError, NotAnImage
from service.metadata.model import ImageMetadata, Palette, Resolution

WINDOWS = {40: "BITMAPINFOHEADER", 52: "BITMAPV2INFOHEADER", 56: "BITMAPV3INFOHEADER",
           108: "BITMAPV4HEADER", 124: "BITMAPV5HEADER"}  # fmt: skip
RGB565 = (0xF800, 0x07E0, 0x001F)
ARGB = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)


def info(
    *, size: int = 40, width: int = 5, height: int = 4, bits: int = 24, compression: int = 0,
    data_size: int = 0, colors: int = 0, resolution: tuple[int, int] = (0, 0),
    masks: tuple[int, ...] = (),
) -> bytes:  # fmt: skip
    """An information header of `size` bytes; masks lie in it or, if it is too short, behind it."""
    fields = struct.pack(
        "<IiiHHIIiiII", size, width, height, 1, bits, compression, data_size, *resolution, colors, 0
    )
    whole = fields + struct.pack(f"<{len(masks)}I", *masks)
    return whole.ljust(size, b"\0") if size > 40 else fields[:size] + whole[40:]


def bmp(header: bytes, *, palette: bytes = b"", data: bytes = bytes(64)) -> bytes:
    start = 14 + len(header) + len(palette)
    file_header = b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start)
    return file_header + header + palette + data


def save(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "BMP", **options)
    return out.getvalue()


def codes(metadata: ImageMetadata) -> set[str]:
    return {notice.code for notice in metadata.warnings}


def bmp_of(metadata: ImageMetadata) -> BmpEncoding:
    assert metadata.encoding.bmp is not None
    return metadata.encoding.bmp


@pytest.mark.parametrize(("size", "name"), WINDOWS.items())
def test_headers_of_windows(size: int, name: str) -> None:
    found = extract(bmp(info(size=size)))
    assert (found.file.format, found.file.media_type) == ("BMP", "image/bmp")
    assert bmp_of(found).header == name
    assert (found.image.width, found.image.height) == (5, 4)
    assert (found.image.bits_per_sample, found.image.color_model) == ((8, 8, 8), "RGB")
    assert (found.encoding.compression, found.encoding.lossless) == ("Uncompressed", True)
    assert (found.file.trailing_bytes, found.warnings) == (0, ())


def test_the_header_of_os2_1() -> None:
    core = struct.pack("<IHHHH", 12, 5, 40000, 1, 4)
    found = extract(bmp(core, palette=bytes(48), data=bytes(4 * 40000)))
    assert bmp_of(found).header == "BITMAPCOREHEADER"
    assert (found.image.width, found.image.height) == (5, 40000)
    assert found.image.palette == Palette(16, 24)


@pytest.mark.parametrize("size", [16, 20, 24, 36, 48, 64])
def test_the_header_of_os2_2_may_be_cut_after_any_field(size: int) -> None:
    found = extract(bmp(info(size=size)))
    assert bmp_of(found).header == "OS22XBITMAPHEADER"
    assert (found.image.width, found.image.height) == (5, 4)
    assert found.image.bits_per_sample == (8, 8, 8)


@pytest.mark.parametrize(
    ("code", "own", "name"), [(3, "BCA_HUFFMAN1D", "CCITT Huffman RLE"), (4, "BCA_RLE24", "RLE")]
)
def test_compressions_of_os2_2(code: int, own: str, name: str) -> None:
    found = extract(bmp(info(size=64, compression=code, data_size=64)))
    assert (bmp_of(found).compression, found.encoding.compression) == (own, name)


def test_the_first_bitmap_of_an_os2_array() -> None:
    array = b"BA" + struct.pack("<IIHH", 40, 0, 640, 480)
    found = extract(array + bmp(info(width=7)))
    assert (found.image.width, found.image.height) == (7, 4)


@pytest.mark.parametrize(("mode", "bits"), [("1", 1), ("L", 8)])
def test_palettes_as_pillow_writes_them(mode: str, bits: int) -> None:
    found = extract(save(Image.new(mode, (5, 4))))
    assert found.image.bits_per_sample == (bits,)
    assert found.image.color_model == "Palette"
    assert found.image.palette == Palette(1 << bits, 24)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("colors", [0, 2])
def test_palettes(bits: int, colors: int) -> None:
    count = colors or 1 << bits
    found = extract(bmp(info(bits=bits, colors=colors), palette=bytes(4 * count)))
    assert found.image.palette == Palette(count, 24)
    assert bmp_of(found).bits_per_pixel == bits


def test_a_palette_has_no_more_colours_than_its_bits_can_name_or_there_is_room_for() -> None:
    many = extract(bmp(info(bits=4, colors=70_000), palette=bytes(64)))
    short = extract(bmp(info(bits=8), palette=bytes(40)))
    assert (many.image.palette, short.image.palette) == (Palette(16, 24), Palette(10, 24))


@pytest.mark.parametrize(("bits", "samples"), [(16, (5, 5, 5)), (24, (8, 8, 8)), (32, (8, 8, 8))])
def test_depths_without_a_palette(bits: int, samples: tuple[int, ...]) -> None:
    image = extract(bmp(info(bits=bits), data=bytes(128))).image
    assert (image.bits_per_sample, image.has_alpha, image.palette) == (samples, False, None)


@pytest.mark.parametrize("size", [40, 52, 56])
def test_bit_fields(size: int) -> None:
    found = extract(bmp(info(size=size, bits=16, compression=3, masks=RGB565)))
    assert found.image.bits_per_sample == (5, 6, 5)
    assert found.image.has_alpha is False
    masks = bmp_of(found).masks
    assert masks is not None
    assert masks[:3] == ("0x0000f800", "0x000007e0", "0x0000001f")


@pytest.mark.parametrize(("size", "compression"), [(40, 6), (56, 3), (108, 3), (124, 3)])
def test_bit_fields_with_alpha(size: int, compression: int) -> None:
    header = info(size=size, bits=32, compression=compression, masks=ARGB)
    found = extract(bmp(header, data=bytes(80)))
    assert found.image.bits_per_sample == (8, 8, 8, 8)
    assert (found.image.has_alpha, found.image.samples_per_pixel) == (True, 4)


@pytest.mark.parametrize(("code", "bits", "own"), [(1, 8, "BI_RLE8"), (2, 4, "BI_RLE4")])
def test_run_lengths(code: int, bits: int, own: str) -> None:
    header = info(bits=bits, compression=code, data_size=64)
    found = extract(bmp(header, palette=bytes(4 << bits)))
    assert (bmp_of(found).compression, found.encoding.compression) == (own, "RLE")
    assert found.encoding.lossless is True


def test_an_unknown_compression_keeps_its_number() -> None:
    found = extract(bmp(info(compression=99)))
    assert bmp_of(found).compression == "unknown (99)"
    assert (found.encoding.compression, found.encoding.lossless) == (None, None)


def test_a_jpeg_inside() -> None:
    out = io.BytesIO()
    Image.effect_noise((16, 8), 9).convert("RGB").save(out, "JPEG", quality=90)
    header = info(bits=0, compression=4, data_size=len(out.getvalue()), width=16, height=8)
    found = extract(bmp(header, data=out.getvalue()))
    assert (found.encoding.compression, found.encoding.lossless) == ("JPEG", False)
    assert found.encoding.jpeg is not None
    assert found.encoding.jpeg.quality_estimate == 90
    assert found.image.color_model == "YCbCr"
    assert (bmp_of(found).compression, found.warnings) == ("BI_JPEG", ())


def test_a_png_inside() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (16, 8)).save(out, "PNG")
    header = info(bits=0, compression=5, data_size=len(out.getvalue()), width=16, height=8)
    found = extract(bmp(header, data=out.getvalue()))
    assert (found.encoding.compression, found.encoding.lossless) == ("Deflate", True)
    assert (found.image.bits_per_sample, found.image.has_alpha) == ((8, 8, 8, 8), True)
    assert bmp_of(found).compression == "BI_PNG"


@pytest.mark.parametrize(("height", "top_down"), [(4, False), (-4, True)])
def test_the_sign_of_the_height_is_the_order_of_rows(height: int, top_down: bool) -> None:
    found = extract(bmp(info(height=height)))
    assert (found.image.height, bmp_of(found).top_down) == (4, top_down)


def test_a_negative_width_is_a_warning_and_no_width() -> None:
    found = extract(bmp(info(width=-5)))
    assert (found.image.width, found.image.height) == (None, 4)
    assert "width" in codes(found)


def test_resolution() -> None:
    found = extract(bmp(info(resolution=(2835, 3780))))
    assert found.image.resolution == Resolution(2835, 3780, "m")
    assert extract(bmp(info())).image.resolution is None


def test_an_icc_profile_behind_the_pixels() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    header = bytearray(info(size=124))
    header[56:60] = struct.pack("<I", 0x4D424544)
    header[112:120] = struct.pack("<II", 124 + 64, len(profile))
    found = extract(bmp(bytes(header), data=bytes(64) + profile))
    assert found.color.icc_profile is not None
    assert found.color.icc_profile.size == len(profile)
    assert (found.file.trailing_bytes, found.warnings) == (0, ())


def test_a_profile_beyond_the_end_is_a_warning() -> None:
    header = bytearray(info(size=124))
    header[56:60] = struct.pack("<I", 0x4D424544)
    header[112:120] = struct.pack("<II", 2**32 - 1, 9)
    found = extract(bmp(bytes(header)))
    assert "icc-damaged" in codes(found)
    assert found.image.width == 5


def test_bytes_behind_the_end_are_counted() -> None:
    assert extract(bmp(info()) + b"more").file.trailing_bytes == 4


def test_pixels_that_are_cut_are_a_warning() -> None:
    found = extract(bmp(info())[:-1])
    assert codes(found) == {"truncated"}
    assert (found.image.width, found.image.height) == (5, 4)


def test_a_huge_size_is_told_and_costs_nothing() -> None:
    found = extract(bmp(info(width=2**31 - 1, height=-(2**31))))
    assert (found.image.width, found.image.height) == (2**31 - 1, 2**31)


def test_two_letters_alone_are_no_bitmap() -> None:
    with pytest.raises(MetadataError):
        extract(b"BM is how this text begins, and no header has its size.")


def test_every_prefix_and_every_changed_byte_gives_an_answer_or_an_error_of_ours() -> None:
    whole = bmp(info(size=124, bits=16, compression=3, masks=RGB565))
    changed = (
        whole[:at] + bytes([value]) + whole[at + 1 :]
        for at in range(len(whole))
        for value in (0x00, 0x7F, 0xFF)
    )
    answers = 0
    for data in (*(whole[:end] for end in range(len(whole))), *changed):
        try:
            answers += extract(data).file.size == len(data)
        except MetadataError:
            assert data[:18] != whole[:18]
    assert answers > 3 * len(whole)


@pytest.mark.parametrize("size", [40, 108, 124])
def test_a_bitmap_without_a_file_header(size: int) -> None:
    plain = info(size=size, bits=8, colors=3, resolution=(3780, 3780))
    whole, bare = extract(bmp(plain, palette=bytes(12))), extract(plain + bytes(12 + 64))
    assert bare.file.format == "BMP"
    assert (bare.image, bare.encoding, bare.warnings) == (whole.image, whole.encoding, ())
    assert bare.image.palette == Palette(3, 24)


@pytest.mark.parametrize(
    "header",
    [info(size=44), info(width=0), info(width=-1), info(height=0), info(bits=7),
     info(compression=7), info()[:39], info()[:12] + b"\0" + info()[13:]],
)  # fmt: skip
def test_what_is_not_plausible_is_no_bitmap(header: bytes) -> None:
    with pytest.raises(NotAnImage):
        extract(header)
