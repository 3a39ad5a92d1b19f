"""Netpbm's formats: magic numbers, comments, depths, PAM's tuples, PFM's scale, and damage."""

from __future__ import annotations

import pytest

from service.metadata import NotAnImage, extract
from service.metadata.model import ImageMetadata


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


@pytest.mark.parametrize(
    ("header", "name", "bits", "model", "photometric"),
    [
        (b"P1\n4 3\n", "PBM", (1,), "Grayscale", "WhiteIsZero"),
        (b"P4 4 3\n", "PBM", (1,), "Grayscale", "WhiteIsZero"),
        (b"P2\n4 3\n15\n", "PGM", (4,), "Grayscale", "BlackIsZero"),
        (b"P5\n4 3\n65535\n", "PGM", (16,), "Grayscale", "BlackIsZero"),
        (b"P3\n4\t3\r\n255\n", "PPM", (8, 8, 8), "RGB", "RGB"),
        (b"P6\n4 3\n1023\n", "PPM", (10, 10, 10), "RGB", "RGB"),
        (b"Pf\n4 3\n-1.0\n", "PFM", (32,), "Grayscale", "BlackIsZero"),
        (b"PF\n4 3\n1e2\n", "PFM", (32, 32, 32), "RGB", "RGB"),
    ],
)
def test_numbers(
    header: bytes, name: str, bits: tuple[int, ...], model: str, photometric: str
) -> None:
    found = extract(header + bytes(200))
    image = found.image
    assert (found.file.format, image.width, image.height) == (name, 4, 3)
    assert (image.bits_per_sample, image.samples_per_pixel) == (bits, len(bits))
    assert (image.color_model, image.photometric_interpretation) == (model, photometric)
    assert image.sample_format == ("float" if name == "PFM" else "unsignedInteger")
    assert (image.has_alpha, found.encoding.compression) == (False, "Uncompressed")
    assert codes(found) == []


@pytest.mark.parametrize(
    ("tuple_type", "depth", "model", "alpha"),
    [
        (b"TUPLTYPE RGB_ALPHA\n", 4, "RGB", True),
        (b"TUPLTYPE GRAYSCALE\n", 1, "Grayscale", False),
        (b"TUPLTYPE own\n", 2, None, False),
        (b"", 3, None, False),
    ],
)
def test_tuples(tuple_type: bytes, depth: int, model: str | None, alpha: bool) -> None:
    head = b"P7\n# a note\nWIDTH 4\nHEIGHT 3\nDEPTH %d\nMAXVAL 255\n%sENDHDR\n"
    found = extract(head % (depth, tuple_type) + bytes(48))
    image = found.image
    assert (found.file.format, image.width, image.height) == ("PAM", 4, 3)
    assert (image.samples_per_pixel, image.color_model) == (depth, model)
    assert image.has_alpha is alpha
    assert [comment.text for comment in found.comments] == ["a note"]


def test_comments_between_the_numbers() -> None:
    found = extract(b"P5#one\n4 # two\n#three\n3\n255\n" + b"#" * 12)
    assert (found.image.width, found.image.height) == (4, 3)
    assert [comment.text for comment in found.comments] == ["one", "two", "three"]


def test_the_data_are_counted() -> None:
    assert codes(extract(b"P4\n9 2\n" + bytes(4))) == []
    assert codes(extract(b"P4\n9 2\n" + bytes(3))) == ["truncated"]
    assert codes(extract(b"P6\n1 1\n65535\n" + bytes(5))) == ["truncated"]


@pytest.mark.parametrize(
    "data",
    [
        b"P6\n4 x 255\n", b"P6\n4 3\n0\n", b"P6\n4 3\n70000\n", b"P5\n4", b"Pf 1 1 big\n",
        b"P7\nWIDTH 4\n", b"P7\nWIDTH 4\nENDHDR\n", b"P6" + b" " * 70_000, b"P1 song\nby me",
        b"P6\n12345678901 1 255\n",
    ],
)  # fmt: skip
def test_what_begins_alike_is_no_image(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        extract(data)
