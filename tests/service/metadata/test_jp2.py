"""JPEG 2000: boxes, the codestream, and what Pillow's encoder writes."""

from __future__ import annotations

import io
import struct
import time

import pytest
from PIL import Image

from service.metadata import extract
from service.metadata.encodings import Jp2Encoding
from service.metadata.model import Cicp, ImageMetadata, Palette, Resolution
from tests.image_bytes import IPTC, XMP, exif_block, photoshop
from tests.images import PROFILE
from tests.service.metadata.heif_files import box
from tests.service.metadata.tiff_files import Field, build_tiff, picture, short

SIGNATURE = bytes.fromhex("0000000c6a5020200d0a870a")


def marker(code: int, body: bytes) -> bytes:
    return struct.pack(">HH", code, len(body) + 2) + body


def codestream(
    *, depths: bytes = b"\7\7\7", wavelet: int = 1, rsiz: int = 0, more: bytes = b""
) -> bytes:
    """A main header of 40 x 30 pixels at an offset of 5 and 6, in tiles of 16 x 8."""
    components = b"".join(bytes([depth, 1 + (index > 0), 1]) for index, depth in enumerate(depths))
    size = struct.pack(">HIIIIIIIIH", rsiz, 45, 36, 5, 6, 16, 8, 0, 0, len(depths))
    style = bytes([0, 2, 0, 3, 1, 5, 4, 4, 0, wavelet])
    return b"".join((
        b"\xff\x4f", marker(0xFF51, size + components), marker(0xFF52, style), more,
        marker(0xFF90, bytes(8)),
    ))  # fmt: skip


def jp2(
    *header: bytes,
    brand: bytes = b"jp2 ",
    more: bytes = b"",
    count: int = 3,
    depths: bytes = b"\7\7\7",
) -> bytes:
    image = box(b"ihdr", struct.pack(">IIHBBBB", 30, 40, count, 7, 7, 0, 0))
    parts = (
        SIGNATURE, box(b"ftyp", brand, bytes(4), brand), box(b"jp2h", image, *header), more,
        box(b"jp2c", codestream(depths=depths)),
    )  # fmt: skip
    return b"".join(parts)


def color(space: int) -> bytes:
    return box(b"colr", b"\1\0\0", struct.pack(">I", space))


def jp2_of(found: ImageMetadata) -> Jp2Encoding:
    assert found.encoding.jp2 is not None
    return found.encoding.jp2


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


GEOTIFF = bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03")


def place(order: str = "<") -> bytes:
    """The tags of a map, in a TIFF picture of one pixel."""
    tags = (
        Field(0x830E, 12, (10, 10, 0)), Field(0x8482, 12, (0, 0, 0, 440_720, 3_751_320, 0)),
        short(0x87AF, 1, 1, 0, 1, 1024, 0, 1, 1),
    )  # fmt: skip
    return build_tiff(picture(*tags, width=1, height=1), order=order)


@pytest.mark.parametrize("order", "<>")
def test_a_map_says_where_it_lies(order: str) -> None:
    plain = extract(jp2())
    found = extract(jp2(more=box(b"uuid", GEOTIFF, place(order)) * 2))
    assert found.exif is not None
    assert found.exif.ifd0 == {
        "ModelPixelScaleTag": (10.0, 10.0, 0.0),
        "ModelTiepointTag": (0.0, 0.0, 0.0, 440_720.0, 3_751_320.0, 0.0),
        "GeoKeyDirectoryTag": (1, 1, 0, 1, 1024, 0, 1, 1),
    }
    assert (found.image, found.location, codes(found)) == (plain.image, None, [])


def test_the_place_of_a_map_goes_with_its_exif() -> None:
    boxes = box(b"uuid", GEOTIFF, place()), box(b"uuid", b"JpgTiffExif->JP2", exif_block())
    alone = extract(jp2(more=boxes[1])).exif
    assert alone is not None
    assert alone.ifd0 is not None
    for more in (boxes[0] + boxes[1], boxes[1] + boxes[0]):
        found = extract(jp2(more=more))
        assert found.exif is not None
        assert found.exif.ifd0 is not None
        assert set(found.exif.ifd0) - set(alone.ifd0) == {
            "ModelPixelScaleTag", "ModelTiepointTag", "GeoKeyDirectoryTag",
        }  # fmt: skip
        assert (found.exif.gps, codes(found)) == (alone.gps, [])


def test_a_damaged_place_of_a_map() -> None:
    found = extract(jp2(more=box(b"uuid", GEOTIFF, b"no TIFF")))
    assert (found.image.width, found.exif, codes(found)) == (40, None, ["exif-damaged"])
    assert extract(jp2(more=box(b"uuid", GEOTIFF, build_tiff(picture())))).exif is None


@pytest.mark.parametrize(
    ("brand", "name", "media_type"),
    [
        (b"jp2 ", "JP2", "image/jp2"),
        (b"jpx ", "JPX", "image/jpx"),
        (b"jph ", "JPH", "image/jph"),
        (b"????", "JP2", "image/jp2"),
    ],
)
def test_brands(brand: bytes, name: str, media_type: str) -> None:
    found = extract(jp2(brand=brand))
    assert (found.file.format, found.file.media_type) == (name, media_type)
    assert (found.image.width, found.image.height) == (40, 30)
    assert found.image.bits_per_sample == (8, 8, 8)
    assert codes(found) == []


@pytest.mark.parametrize(
    ("space", "model"),
    [(16, "RGB"), (17, "Grayscale"), (18, "YCbCr"), (12, "CMYK"), (21, "RGB"), (99, None)],
)
def test_color_spaces(space: int, model: str | None) -> None:
    assert extract(jp2(color(space))).image.color_model == model


def test_a_profile_a_palette_alpha_and_resolution() -> None:
    found = extract(jp2(
        box(b"colr", b"\2\0\0", PROFILE), box(b"pclr", b"\1\0\3\7\7\7"),
        box(b"cdef", struct.pack(">H6H", 2, 0, 0, 1, 1, 1, 0)), box(b"bpcc", b"\4\5\x84"),
        box(b"res ", box(b"resc", struct.pack(">HHHHbb", 30, 1, 25, 2, 1, 2))),
        depths=b"\4\5\x84",
    ))  # fmt: skip
    assert found.color.icc_profile is not None
    assert found.image.palette == Palette(256, 24)
    assert found.image.has_alpha is True
    assert found.image.bits_per_sample == (5, 6, 5)
    assert found.image.resolution == Resolution(1250.0, 300.0, "m")


def test_the_depths_of_the_codestream_count() -> None:
    """An encoder that is in wide use has stated one bit too many in its boxes."""
    found = extract(jp2(color(16), box(b"bpcc", bytes([8] * 3))))
    assert (found.image.bits_per_sample, found.image.samples_per_pixel) == ((8, 8, 8), 3)
    cut = extract(jp2(color(16), box(b"bpcc", bytes([8] * 3))).partition(b"\xff\x51")[0])
    assert cut.image.bits_per_sample == (9, 9, 9)


def test_a_profile_says_what_the_samples_are() -> None:
    assert extract(jp2(box(b"colr", b"\2\0\0", PROFILE))).image.color_model == "RGB"
    first = extract(jp2(color(18), box(b"colr", b"\2\0\0", PROFILE)))
    assert (first.image.color_model, first.color.icc_profile is None) == ("YCbCr", False)


def test_code_points() -> None:
    found = extract(jp2(box(b"colr", b"\5\0\0", struct.pack(">HHHB", 9, 16, 0, 0x80))))
    assert found.color.cicp == Cicp(9, 16, 0, True)


def test_only_the_first_of_each_header_box_counts() -> None:
    many = box(b"cdef", b"\x2a\0", struct.pack(">HHH", 0, 1, 0) * 0x2A00)
    none = box(b"cdef", struct.pack(">H3H", 1, 0, 0, 1))
    start = time.process_time()
    found = extract(jp2(none, *[many] * 500))
    assert time.process_time() - start < 5
    assert found.image.has_alpha is False


def test_metadata_boxes() -> None:
    found = extract(jp2(more=b"".join((
        box(b"uuid", b"JpgTiffExif->JP2", exif_block()),
        box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), XMP),
        box(b"uuid", bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"), IPTC),
        box(b"uuid", bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb"), photoshop((0x0404, IPTC))),
        box(b"xml ", b"<other/>"),
    ))))  # fmt: skip
    assert found.exif is not None
    assert found.xmp is not None
    assert found.iptc is not None
    assert codes(found) == []


@pytest.mark.parametrize(
    ("wavelet", "reversible", "lossless"), [(1, True, None), (0, False, False)]
)
def test_a_codestream_alone(wavelet: int, reversible: bool, lossless: bool | None) -> None:
    comment = marker(0xFF64, b"\0\1made by a test")
    found = extract(codestream(wavelet=wavelet, rsiz=0x4000, more=comment))
    assert (found.file.format, found.file.media_type) == ("J2C", "image/j2c")
    assert (found.image.width, found.image.height) == (40, 30)
    assert found.encoding.lossless is lossless
    assert jp2_of(found) == Jp2Encoding(
        True, reversible, "RPCL", 3, 5, 16, 8, ((1, 1), (2, 1), (2, 1))
    )
    assert [comment.text for comment in found.comments] == ["made by a test"]


def test_signed_samples() -> None:
    found = extract(codestream(depths=b"\x8b"))
    assert (found.image.bits_per_sample, found.image.sample_format) == ((12,), "signedInteger")
    assert found.image.color_model == "Grayscale"
    assert extract(codestream(depths=b"\x8b\x0b")).image.sample_format is None


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [("0537cdab9d0c4431a72afa561f2a113e", exif_block(), "exif"),
     ("2c4c0100850440b9a03e562148d6dfeb", photoshop((0x0404, IPTC)), "iptc")],
)  # fmt: skip
def test_boxes_that_photoshop_writes(name: str, body: bytes, field: str) -> None:
    found = extract(jp2(more=box(b"uuid", bytes.fromhex(name), body)))
    assert getattr(found, field) is not None


@pytest.mark.parametrize("irreversible", [True, False])
def test_what_pillow_writes(irreversible: bool) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (33, 21)).save(out, "JPEG2000", irreversible=irreversible)
    found = extract(out.getvalue())
    assert (found.image.width, found.image.height) == (33, 21)
    assert (found.image.color_model, found.image.samples_per_pixel) == ("RGB", 4)
    assert (found.image.has_alpha, jp2_of(found).reversible) == (True, not irreversible)
    assert codes(found) == []


def test_damage() -> None:
    assert codes(extract(SIGNATURE + b"\0\0\0\4ftyp")) == ["truncated", "no-size"]
    cut = extract(jp2()[:-20])
    assert (cut.image.width, codes(cut)[0]) == (40, "truncated")
    assert codes(extract(b"\xff\x4f\xff\x51\0")) == ["truncated", "no-size"]


@pytest.mark.parametrize(("count", "alpha"), [(3, False), (4, None)])
def test_without_a_channel_definition_what_is_beyond_the_colours_is_unknown(
    count: int, alpha: bool | None
) -> None:
    assert extract(jp2(color(16), count=count)).image.has_alpha is alpha
