"""JPEG XL: headers packed bit by bit, alone and in a container."""

from __future__ import annotations

import random
import time
import tracemalloc

import brotli  # type: ignore[import-untyped]
import pytest

from service.metadata import extract, limits
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
    alpha = f"10 0 00 {depth} 00 00 0"
    found = extract(pack(f"{SMALL_64} 0 0 {depth} 1 {alpha} 0 1"))
    assert found.image.bits_per_sample == (bits,) * 4
    assert (found.image.sample_format, found.image.has_alpha) == (sample_format, True)
    assert (found.encoding.lossless, jxl_of(found).xyb) == (None, False)


@pytest.mark.parametrize(
    ("depth", "bits", "sample_format"),
    [("0 10", (10, 10, 10, 8), "unsignedInteger"), ("1 10 " + number(4, 4), (16, 16, 16, 8), None)],
)
def test_alpha_has_a_depth_of_its_own(
    depth: str, bits: tuple[int, ...], sample_format: str | None
) -> None:
    """By default it has eight bits, whatever the colours have."""
    image = extract(pack(f"{SMALL_64} 0 0 {depth} 1 {ALPHA} 0 1")).image
    assert (image.bits_per_sample, image.sample_format) == (bits, sample_format)


def test_a_black_channel_makes_cmyk() -> None:
    """CMYK is three channels of colour, and black among the extra ones; here alpha comes first."""
    black = "0 01 " + number(2, 4) + " 0 00 00 00"
    found = extract(pack(f"{SMALL_64} 0 0 0 00 1 01 0000 1 {black} 0 1"))
    assert (found.image.color_model, found.image.bits_per_sample) == ("CMYK", (8,) * 5)
    assert (found.image.photometric_interpretation, found.image.has_alpha) == ("CMYK", True)


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


@pytest.mark.parametrize(("body", "version"), [(bytes([0, 0, 9, 0, 1, 0, 1]), "1"), (b"\0", None)])
def test_a_gain_map_states_its_version(body: bytes, version: str | None) -> None:
    found = extract(container(box(b"jhgm", body)))
    assert found.color.gain_map == GainMap("ISO 21496-1", version)


def packed(name: bytes, body: bytes) -> bytes:
    return box(b"brob", name, brotli.compress(body))


def test_what_is_packed_by_brotli_is_read() -> None:
    found = extract(container(
        packed(b"Exif", bytes(4) + exif_block()), packed(b"xml ", XMP), packed(b"jumb", b"x"),
        packed(b"jhgm", b"x"),
    ))  # fmt: skip
    plain = extract(container(box(b"Exif", bytes(4), exif_block()), box(b"xml ", XMP)))
    assert found.exif is not None
    assert found.xmp is not None
    assert (found.exif, found.xmp, found.location) == (plain.exif, plain.xmp, plain.location)
    assert found.color.gain_map == GainMap("ISO 21496-1", None)
    assert codes(found) == []


def test_the_first_packed_box_of_a_name_counts() -> None:
    other = XMP.replace(b"</", b"<!-- --></")
    found = extract(container(packed(b"xml ", XMP), *[packed(b"xml ", other)] * 99))
    assert (found.xmp, codes(found)) == (extract(container(box(b"xml ", XMP))).xmp, [])


@pytest.mark.parametrize("name", [b"Exif", b"xml "])
def test_damaged_brotli(name: bytes) -> None:
    found = extract(container(box(b"brob", name, b"packed")))
    assert (found.image.width, codes(found)) == (64, ["brotli"])


def test_brotli_that_is_cut_short() -> None:
    data = brotli.compress(bytes(4) + exif_block() + random.Random(1).randbytes(50_000))
    found = extract(container(box(b"brob", b"Exif", data[:40_000])))
    assert found.exif is not None
    assert codes(found) == ["brotli"]
    assert codes(extract(container(box(b"brob", b"Exif")))) == ["brotli"]


def test_a_brotli_bomb_is_cut() -> None:
    bomb = brotli.compress(XMP + b" " * (100 << 20), quality=1)
    tracemalloc.start()
    try:
        found = extract(container(box(b"brob", b"xml ", bomb), packed(b"Exif", b"")))
        assert tracemalloc.get_traced_memory()[1] < 4 * limits.XMP_BYTES
    finally:
        tracemalloc.stop()
    assert found.xmp is not None, "what comes before the limit is read"
    assert (found.image.width, codes(found)) == (64, ["limit-decompressed"])


def test_brotli_that_gives_nothing_is_left() -> None:
    """Blocks of metadata (RFC 7932, 9.2) are passed over; they count by what is fed."""
    endless = b"\x0c" + b"\x06" * (17 << 20)
    found = extract(container(box(b"brob", b"Exif", endless)))
    assert (found.exif, codes(found)) == (None, ["limit-decompressed"])


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


MOVING = f"{SMALL_64} 0 1 000 0 0 1 00 00 00 0 0 00 0 00 1 1 1 00 1"
"""All defaults but a clock of 100 ticks a second, up to the first frame."""


def pad(bits: str) -> bytes:
    """Bits as whole bytes, without the signature of a codestream."""
    return pack(bits)[2:]


def coded_frame(
    ticks: int, *, last: bool = False, kind: int = 0, place: str = "0", blending: str = "00",
    toc: str = "0", size: int = 5, name: str = "00",
) -> bytes:  # fmt: skip
    """A modular frame of 64 x 64 pixels in one section of `size` bytes."""
    bits = f"0 {number(kind, 2)} 1 00 00 10 {'00' if kind != 2 else ''} {place}"
    if kind != 2:
        bits += f" {blending} {number(2, 2)} {number(ticks, 8)} {int(last)}"
    if not last:
        kept = ticks == 0 and place == "0" and blending == "00"
        bits += " 00 " + ("0" if kept or kind == 2 else "")
    return pad(f"{bits} {name} 1 00 {toc}") + pad("00" + number(size, 10)) + bytes(size)


def frames_of(*frames: bytes) -> tuple[float, ...] | None:
    found = extract(pack(MOVING) + b"".join(frames))
    assert codes(found) == []
    assert found.animation is not None
    assert found.animation.loop_count == 0
    shown = found.animation.frame_durations_ms
    assert found.animation.frame_count == (None if shown is None else len(shown))
    return shown


def test_frames_are_counted_by_their_headers() -> None:
    assert frames_of(coded_frame(5), coded_frame(7, last=True)) == (50, 70)
    assert frames_of(coded_frame(5, size=900), coded_frame(7, last=True)) == (50, 70)


def test_layers_and_references_are_no_frames() -> None:
    hidden = coded_frame(0), coded_frame(0, kind=2)
    assert frames_of(*hidden, coded_frame(5), *hidden, coded_frame(0, last=True)) == (50, 0)


def test_frames_of_a_part_of_the_picture() -> None:
    side = "00" + number(16, 8)
    part = coded_frame(3, place=f"1 {side * 4}", blending="00 01")
    named = coded_frame(4, last=True, name="10 " + number(2, 4) + number(0x6162, 16))
    assert frames_of(part, named) == (30, 40)


@pytest.mark.parametrize(
    "frames",
    [(coded_frame(5),), (coded_frame(5)[:3],), (coded_frame(5, toc="1"), coded_frame(5, last=True)),
     ()],
)  # fmt: skip
def test_frames_that_cannot_be_reached_are_not_counted(frames: tuple[bytes, ...]) -> None:
    assert frames_of(*frames) is None


def test_more_frames_than_the_limit_cost_little() -> None:
    start = time.process_time()
    assert frames_of(*[coded_frame(1, size=0)] * 60_000) is None
    assert time.process_time() - start < 5


def test_a_frame_of_all_defaults_is_the_last() -> None:
    found = extract(pack(MOVING) + pad("1 0") + pad("00" + number(3, 10)) + bytes(3))
    assert found.animation == Animation(1, 0, 0, (0,))
