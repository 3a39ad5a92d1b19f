"""JPEG XL: headers packed bit by bit, alone and in a container."""

from __future__ import annotations

import pytest

from service.metadata import extract
from service.metadata.encodings import JxlEncoding
from service.metadata.model import Animation, Cicp, GainMap, ImageMetadata
from tests.image_bytes import XMP, exif_block
from tests.service.metadata.heif_files import box

SIGNATURE = bytes.fromhex("0000000c4a584c200d0a870a")
SMALL_64 = "1 11100 100"
"""A size of 64 x 64: small, seven eights more than one, ratio 1:1; lowest bits first."""


def pack(bits: str) -> bytes:
    """A codestream of these bits; spaces are for the reader."""
    plain = bits.replace(" ", "")
    plain += "0" * (-len(plain) % 8)
    return b"\xff\x0a" + bytes(int(plain[at : at + 8][::-1], 2) for at in range(0, len(plain), 8))


def number(value: int, width: int) -> str:
    """A number of `width` bits, the lowest first."""
    return format(value, f"0{width}b")[::-1]


def jxl_of(found: ImageMetadata) -> JxlEncoding:
    assert found.encoding.jxl is not None
    return found.encoding.jxl


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


@pytest.mark.parametrize(
    ("bits", "size"),
    [
        (SMALL_64, (64, 64)),
        ("1 11100 000 10000", (16, 64)),
        ("0 00 " + number(299, 9) + " 000 00 " + number(399, 9), (400, 300)),
        ("0 10 " + number(1079, 13) + " " + number(5, 3), (1920, 1080)),
        ("0 11 " + number(2**30 - 1, 30) + " " + number(1, 3), (2**30, 2**30)),
        ("1 " + number(4, 5) + " " + number(2, 3), (48, 40)),
    ],
)
def test_sizes(bits: str, size: tuple[int, int]) -> None:
    found = extract(pack(bits + " 1"))
    assert (found.file.format, found.file.media_type) == ("JPEG XL", "image/jxl")
    assert (found.image.width, found.image.height) == size
    assert found.image.bits_per_sample == (8, 8, 8)
    assert (found.encoding.lossless, jxl_of(found).xyb) == (False, True)
    assert found.color.cicp == Cicp(1, 13, 0, True)
    assert codes(found) == []


ALPHA = "10 1"
"""One extra channel, which is alpha with every default."""


@pytest.mark.parametrize(
    ("depth", "bits", "sample_format"),
    [("0 00", 8, "unsignedInteger"), ("0 10", 10, "unsignedInteger"),
     ("0 01", 12, "unsignedInteger"), ("0 11 " + number(15, 6), 16, "unsignedInteger"),
     ("1 00 " + number(7, 4), 32, "float"), ("1 10 " + number(4, 4), 16, "float")],
)  # fmt: skip
def test_depths(depth: str, bits: int, sample_format: str) -> None:
    found = extract(pack(f"{SMALL_64} 0 0 {depth} 1 {ALPHA} 0 1"))
    assert found.image.bits_per_sample == (bits,) * 4
    assert (found.image.sample_format, found.image.has_alpha) == (sample_format, True)
    assert (found.encoding.lossless, jxl_of(found).xyb) == (None, False)


@pytest.mark.parametrize(
    ("colors", "model", "cicp"),
    [
        ("1", "RGB", Cicp(1, 13, 0, True)),
        ("0 0 00 10 10 0 01 " + number(14, 4), "RGB", Cicp(1, 16, 0, True)),
        ("0 0 10 10 0 01 " + number(11, 4), "Grayscale", None),
        ("0 0 00 10 01 " + number(9, 4) + " 0 01 " + number(11, 4), "RGB", Cicp(12, 13, 0, True)),
    ],
)
def test_colors(colors: str, model: str, cicp: Cicp | None) -> None:
    """The third has a grey scale (1), D65 and sRGB's curve; the last P3's primaries."""
    found = extract(pack(f"{SMALL_64} 0 0 0 00 1 00 0 {colors} {'0' * 32}"))
    assert found.image.color_model == model
    assert (found.color.cicp, codes(found)) == (cicp, [])


def test_a_profile_in_the_codestream_is_named() -> None:
    found = extract(pack(f"{SMALL_64} 0 0 0 00 1 00 0 0 1 00 {'0' * 32}"))
    assert (found.image.color_model, found.color.cicp) == ("RGB", None)
    assert codes(found) == ["icc-coded"]


def test_a_gamma() -> None:
    found = extract(pack(f"{SMALL_64} 0 0 0 00 1 00 0 0 0 00 10 10 1 {number(4545455, 24)} 00"))
    assert (found.color.gamma, found.color.cicp) == (0.4545455, None)


def test_orientation_intrinsic_size_and_animation() -> None:
    extra = "1 " + number(5, 3) + " 1 " + SMALL_64 + " 0 1 10 00 01 " + number(7, 16) + " 0"
    size = "1 " + number(4, 5) + " " + number(2, 3)
    found = extract(pack(f"{size} 0 {extra} 0 00 1 00 1 1"))
    assert (found.image.width, found.image.height) == (48, 40)
    assert (found.image.display_width, found.image.display_height) == (40, 48)
    assert found.image.orientation == 6
    assert jxl_of(found).intrinsic_size == (64, 64)
    assert found.animation == Animation(None, 7, None, None)


def container(*boxes: bytes, stream: bytes | None = None) -> bytes:
    head = SIGNATURE + box(b"ftyp", b"jxl ", bytes(4), b"jxl ")
    return (
        head + b"".join(boxes) + (box(b"jxlc", pack(SMALL_64 + " 1")) if stream is None else stream)
    )


def test_a_container_with_metadata() -> None:
    found = extract(container(
        box(b"Exif", bytes(4), exif_block()), box(b"xml ", XMP), box(b"jbrd", b"x"),
        box(b"jhgm", b"x"),
    ))  # fmt: skip
    assert (found.image.width, found.image.orientation) == (64, 1)
    assert found.exif is not None
    assert found.xmp is not None
    assert found.color.gain_map == GainMap("ISO 21496-1", None)
    assert jxl_of(found).container is True
    assert jxl_of(found).jpeg_reconstruction is True


def test_a_stream_in_parts() -> None:
    parts = box(b"jxlp", bytes(4), pack(SMALL_64 + " 1")) + box(b"jxlp", b"\x80\0\0\1more")
    assert extract(container(stream=parts)).image.width == 64


def test_parts_that_cut_the_header() -> None:
    whole = pack(f"{SMALL_64} 0 0 0 00 1 00 1 1")
    pieces = [
        box(b"jxlp", bytes([last, 0, 0, index]), whole[index : index + 1 if not last else None])
        for index, last in enumerate([0] * 3 + [0x80])
    ]
    found = extract(container(stream=b"".join(pieces[2:] + pieces[:2])))
    assert (found.image.width, codes(found)) == (64, [])


def test_the_level() -> None:
    assert jxl_of(extract(container(box(b"jxll", b"\x0a")))).level == 10
    assert jxl_of(extract(container())).level is None


def test_what_is_compressed_with_brotli_is_named() -> None:
    assert codes(extract(container(box(b"brob", b"Exif", b"packed")))) == ["brotli"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff\x0a", ["truncated", "no-size"]),
        (pack(SMALL_64 + " 0 0")[:4], ["truncated"]),
        (container(stream=b""), ["no-size"]),
        (container(stream=box(b"jxlc", b"XX")), ["no-codestream", "no-size"]),
        (container()[:-1], ["truncated"]),
    ],
)
def test_damage(data: bytes, expected: list[str]) -> None:
    assert set(codes(extract(data))) >= set(expected[:1])
