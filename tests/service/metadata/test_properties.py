"""Whatever the bytes are: an answer or one of the library's errors, and no fault of a parser."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.metadata import MetadataError, dump_json, extract, to_json
from tests.images import test_images as make_images

IMAGES = make_images()
NAMES = sorted(IMAGES)
SMALL = [name for name in NAMES if len(IMAGES[name]) <= 400]
VALUES = (0x00, 0x01, 0x7F, 0x80, 0xFF)
MAGICS = [
    b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8X",
    b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"MM\0+\0\x08\0\0", b"BM" + bytes(12) + b"\x28\0\0\0",
]  # fmt: skip


def check(data: bytes) -> None:
    """Read `data`; an answer must be JSON, and its warnings must not tell of a fault of ours."""
    try:
        metadata = extract(data)
    except MetadataError as error:
        assert str(error)
        return
    assert metadata.file.size == len(data)
    assert "parser-fault" not in {notice.code for notice in metadata.warnings}, metadata.warnings
    assert dump_json(metadata) == json.dumps(to_json(metadata), allow_nan=False)


@settings(max_examples=300, deadline=1000)
@given(st.sampled_from(MAGICS), st.binary(max_size=600))
def test_any_bytes(magic: bytes, rest: bytes) -> None:
    check(magic + rest)


@settings(max_examples=400, deadline=1000, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_image_with_any_change(data: st.DataObject) -> None:
    image = bytearray(IMAGES[data.draw(st.sampled_from(NAMES))])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(image) - 1))
        patch = data.draw(st.binary(min_size=1, max_size=8))
        image[at : at + len(patch)] = patch
    check(bytes(image))


@pytest.mark.parametrize("name", NAMES)
def test_every_prefix(name: str) -> None:
    image = IMAGES[name]
    for end in range(len(image)):
        check(image[:end])


@pytest.mark.parametrize("name", SMALL)
def test_every_changed_byte(name: str) -> None:
    image = IMAGES[name]
    for at in range(len(image)):
        for value in VALUES:
            check(image[:at] + bytes([value]) + image[at + 1 :])


@pytest.mark.parametrize("name", NAMES)
def test_every_image_is_read_without_a_warning_or_with_the_one_it_is_made_for(name: str) -> None:
    metadata = extract(IMAGES[name])
    expected = {"trailing-data"} if name == "trailing.jpg" else set()
    assert {notice.code for notice in metadata.warnings} == expected
    assert metadata.image.width is not None
    assert metadata.image.height is not None


def test_a_huge_claim_costs_nothing() -> None:
    start = time.process_time()
    image = extract(IMAGES["huge.webp"]).image
    assert (image.width, image.height) == (16384, 16384)
    assert time.process_time() - start < 5
