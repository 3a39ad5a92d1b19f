"""PNG: depths as stored, chunks before and behind the picture data, text, animation."""

from __future__ import annotations

import struct
import zlib

import pytest

from service.metadata import extract, limits
from service.metadata.encodings import PngEncoding
from service.metadata.model import Animation, Cicp, ImageMetadata, Palette, Resolution
from service.metadata.values import Rational
from tests.image_bytes import (
    IPTC,
    XMP,
    chunk,
    exif_block,
    frame_control,
    jpeg_file,
    photoshop,
    png_file,
    segment,
)
from tests.images import PROFILE, encode


def png_of(found: ImageMetadata) -> PngEncoding:
    assert found.encoding.png is not None
    return found.encoding.png


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


@pytest.mark.parametrize(
    ("color", "depth", "samples", "model", "alpha"),
    [
        (0, 1, 1, "Grayscale", False),
        (0, 2, 1, "Grayscale", False),
        (0, 16, 1, "Grayscale", False),
        (2, 8, 3, "RGB", False),
        (2, 16, 3, "RGB", False),
        (3, 1, 1, "Palette", False),
        (3, 4, 1, "Palette", False),
        (4, 16, 2, "Grayscale", True),
        (6, 8, 4, "RGB", True),
    ],
)
def test_every_color_type(color: int, depth: int, samples: int, model: str, alpha: bool) -> None:
    image = extract(png_file(color=color, depth=depth)).image
    assert (image.bits_per_sample, image.samples_per_pixel) == ((depth,) * samples, samples)
    assert (image.color_model, image.has_alpha) == (model, alpha)
    assert (image.width, image.height, image.sample_format) == (40, 30, "unsignedInteger")


def test_transparency_is_alpha_and_a_palette_is_counted() -> None:
    found = extract(png_file(chunk(b"PLTE", bytes(30)), chunk(b"tRNS", b"\0"), color=3, depth=4))
    assert found.image.has_alpha is True
    assert found.image.palette == Palette(10, 24)
    assert png_of(found).transparency is True


@pytest.mark.parametrize("interlace", [0, 1])
def test_interlace(interlace: int) -> None:
    found = extract(png_file(interlace=interlace))
    assert found.encoding.interlaced is bool(interlace)
    assert (found.encoding.compression, found.encoding.lossless) == ("Deflate", True)


@pytest.mark.parametrize(("unit", "name"), [(0, None), (1, "m")])
def test_physical_size(unit: int, name: str | None) -> None:
    found = extract(png_file(chunk(b"pHYs", struct.pack(">IIB", 2835, 2836, unit))))
    assert found.image.resolution == Resolution(2835, 2836, name)


def test_color_chunks() -> None:
    found = extract(png_file(
        chunk(b"cICP", bytes([9, 16, 0, 1])), chunk(b"gAMA", struct.pack(">I", 45455)),
        chunk(b"sRGB", b"\1"), chunk(b"sBIT", b"\5\6\5"),
        chunk(b"iCCP", b"name\0\0" + zlib.compress(PROFILE)),
        chunk(b"tIME", struct.pack(">HBBBBB", 2024, 5, 6, 7, 8, 9)),
        chunk(b"bKGD", struct.pack(">3H", 1, 2, 3)),
    ))  # fmt: skip
    assert found.color.cicp == Cicp(9, 16, 0, True)
    assert found.color.gamma == 0.45455
    assert found.color.icc_profile is not None
    assert found.color.icc_profile.description == "Display"
    details = png_of(found)
    assert (details.rendering_intent, details.significant_bits) == (1, (5, 6, 5))
    assert (details.last_modified, details.background) == ("2024-05-06T07:08:09Z", (1, 2, 3))


def test_text_of_three_kinds() -> None:
    found = extract(png_file(
        chunk(b"tEXt", b"Author\0Ren\xe9"),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"packed")),
        chunk(b"iTXt", b"Title\0\0\0pt\0T\xc3\xadtulo\0" + "Olá".encode()),
        chunk(b"iTXt", b"Source\0\1\0\0\0" + zlib.compress("né".encode())),
    ))  # fmt: skip
    assert [(c.source, c.keyword, c.language, c.text) for c in found.comments] == [
        ("tEXt", "Author", None, "René"),
        ("zTXt", "Comment", None, "packed"),
        ("iTXt", "Title", "pt", "Olá"),
        ("iTXt", "Source", None, "né"),
    ]


def test_chunks_behind_the_picture_count() -> None:
    late = chunk(b"eXIf", exif_block(orientation=8)) + chunk(b"tEXt", b"Software\0test")
    found = extract(png_file(after=late))
    assert found.image.orientation == 8
    assert (found.image.display_width, found.image.display_height) == (30, 40)
    assert found.exif is not None
    assert found.exif.exif is not None
    assert found.exif.exif["ExposureTime"] == Rational(1, 125)
    assert [comment.text for comment in found.comments] == ["test"]


def raw_profile(kind: bytes, data: bytes) -> bytes:
    text = b"\n%s\n%8d\n%s\n" % (kind, len(data), data.hex("\n", 36).encode())
    return chunk(b"zTXt", b"Raw profile type " + kind + b"\0\0" + zlib.compress(text))


def test_raw_profiles_of_imagemagick() -> None:
    found = extract(png_file(
        raw_profile(b"exif", b"Exif\0\0" + exif_block()), raw_profile(b"xmp", XMP),
        raw_profile(b"icc", PROFILE), raw_profile(b"8bim", photoshop((0x0404, IPTC))),
    ))  # fmt: skip
    assert found.location is not None
    assert found.xmp is not None
    assert found.color.icc_profile is not None
    assert found.iptc is not None
    assert found.iptc["Keywords"] == ["sea", "boat"]
    assert (found.comments, codes(found)) == ((), [])


def test_xmp() -> None:
    found = extract(png_file(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)))
    assert found.xmp is not None
    assert found.xmp["dc:subject"] == ["sea", "boat"]


def test_animation() -> None:
    control = chunk(b"acTL", struct.pack(">II", 3, 7))
    frames = (frame_control(0, 1, 25), frame_control(1, 1, 0), frame_control(2, 1, 3000))
    found = extract(png_file(control, frames[0], after=frames[1] + frames[2]))
    assert found.file.media_type == "image/apng"
    assert found.animation == Animation(3, 7, 50.333, (40, 10, 0.333))


def test_frames_that_are_not_there() -> None:
    found = extract(png_file(chunk(b"acTL", struct.pack(">II", 3, 0)), frame_control(0, 1, 10)))
    assert codes(found) == ["frame-count"]


def test_animation_control_behind_the_picture_is_none() -> None:
    found = extract(png_file(after=chunk(b"acTL", struct.pack(">II", 3, 0))))
    assert (found.animation, found.file.media_type) == (None, "image/png")


def test_trailing_bytes_and_a_missing_end() -> None:
    whole = png_file()
    assert extract(whole + b"more").file.trailing_bytes == 4
    assert extract(whole).file.trailing_bytes == 0
    assert codes(extract(whole[:-12])) == ["no-end"]
    assert codes(extract(whole[:-2])) == ["truncated"]


def test_a_wrong_checksum_is_a_warning() -> None:
    whole = png_file(chunk(b"gAMA", struct.pack(">I", 45455)[:-1] + b"\0"))
    broken = whole.replace(b"gAMA\0\0\xb1\0", b"gAMA\0\0\xb1\1")
    assert codes(extract(broken)) == ["checksum"]


def test_text_that_unpacks_to_too_much_is_cut() -> None:
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(limits.DECOMPRESSED_BYTES + 1), 1))
    found = extract(png_file(bomb, bomb))
    assert set(codes(found)) == {"limit-decompressed"}
    assert all(len(comment.text) <= limits.TEXT_BYTES for comment in found.comments)


def test_more_chunks_than_the_limit() -> None:
    found = extract(png_file(after=chunk(b"teSt") * (limits.CHUNKS + 1)))
    assert codes(found) == ["limit-chunks", "no-end"]
    assert found.image.width == 40


def test_what_pillow_writes() -> None:
    found = extract(encode("PNG", "P", size=(7, 5), bits=2, dpi=(72, 72)))
    assert (found.image.width, found.image.height) == (7, 5)
    assert codes(found) == []


def test_offsets_of_damage_count_from_the_start_of_the_file() -> None:
    block = exif_block()[:60]
    image = png_file(chunk(b"eXIf", block))
    (notice,) = extract(image).warnings
    in_block = extract(jpeg_with_exif(block)).warnings[0].offset
    assert notice.offset is not None
    assert in_block is not None
    assert notice.offset - image.index(block) == in_block - len(b"\xff\xd8\xff\xe1\0\0Exif\0\0")


def jpeg_with_exif(block: bytes) -> bytes:
    return jpeg_file(segment(0xE1, b"Exif\0\0" + block))


def bare_deflate(text: bytes) -> bytes:
    """Compress without a zlib header, as Apple's tools do."""
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(text) + engine.flush()


def apple_file(*chunks: bytes) -> bytes:
    """Give a PNG file of an iOS application: its first chunk is CgBI."""
    plain = png_file(*chunks)
    return plain[:8] + chunk(b"CgBI", b"\x50\x00\x20\x02") + plain[8:]


def test_png_of_ios_applications() -> None:
    found = extract(apple_file(
        chunk(b"iCCP", b"name\0\0" + bare_deflate(PROFILE)),
        chunk(b"zTXt", b"Comment\0\0" + bare_deflate(b"packed")),
        chunk(b"zTXt", b"Title\0\0" + zlib.compress(b"as others do")),
    ))  # fmt: skip
    assert (found.file.format, found.file.format_version) == ("PNG", "CgBI")
    assert (found.image.width, found.image.height) == (40, 30)
    assert found.color.icc_profile is not None
    assert found.color.icc_profile.description == "Display"
    assert [comment.text for comment in found.comments] == ["packed", "as others do"]
    assert codes(found) == ["cgbi"]


def test_bare_deflate_is_damage_elsewhere() -> None:
    found = extract(png_file(chunk(b"zTXt", b"Comment\0\0" + bare_deflate(b"packed"))))
    assert found.comments == ()
    assert codes(found) == ["chunk-damaged"]
