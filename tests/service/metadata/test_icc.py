"""ICC profiles: those that encoders write, the fields of the header, and damage."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from PIL import Image, ImageCms

from service.metadata import extract
from service.metadata.draft import Draft
from service.metadata.embedded.icc import read_icc
from tests.image_bytes import icc_profile, jpeg_file, segment


def text_description(text: bytes) -> bytes:
    """The data of a textDescriptionType (ICC.1:2001-04, 6.5.17)."""
    return struct.pack(">4sII", b"desc", 0, len(text)) + text + bytes(78)


def read(profile: bytes) -> Draft:
    """The draft after one profile."""
    draft = Draft(size=0)
    read_icc(profile, draft)
    return draft


def with_field(profile: bytes, at: int, value: bytes) -> bytes:
    """A profile with other bytes at an offset."""
    return profile[:at] + value + profile[at + len(value) :]


PLAIN = icc_profile(text_description(b"Plain\0"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_the_profile_that_an_encoder_puts_into_each_format(kind: str) -> None:
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    profile = made.tobytes()
    options: dict[str, Any] = {"icc_profile": profile}
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind, **options)
    found = extract(out.getvalue()).color.icc_profile
    assert found is not None
    assert found.description == made.profile.profile_description
    assert (found.size, found.color_space, found.class_) == (len(profile), "RGB", "display")


@pytest.mark.parametrize(
    ("signature", "expected"),
    [(b"scnr", "input"), (b"prtr", "output"), (b"link", "device link"), (b"spac", "color space"),
     (b"abst", "abstract"), (b"nmcl", "named color"), (b"none", "none"), (bytes(4), None)],
)  # fmt: skip
def test_the_class_of_a_profile(signature: bytes, expected: str | None) -> None:
    found = read(with_field(PLAIN, 12, signature)).icc_profile
    assert found is not None
    assert found.class_ == expected


@pytest.mark.parametrize(
    ("signature", "expected"), [(b"CMYK", "CMYK"), (b"Lab ", "Lab"), (b"GRAY", "GRAY")]
)
def test_the_color_space_of_a_profile(signature: bytes, expected: str) -> None:
    found = read(with_field(PLAIN, 16, signature)).icc_profile
    assert found is not None
    assert found.color_space == expected


def test_a_profile_that_ends_within_its_header() -> None:
    draft = read(PLAIN[:127])
    assert draft.icc_profile is None
    assert [notice.code for notice in draft.warnings] == ["icc-damaged"]


@pytest.mark.parametrize("end", [128, 131, 140])
def test_a_profile_that_ends_within_its_tag_table_keeps_its_header(end: int) -> None:
    draft = read(PLAIN[:end])
    assert draft.icc_profile is not None
    assert (draft.icc_profile.description, draft.icc_profile.class_) == (None, "display")
    assert [notice.code for notice in draft.warnings] == ["icc-damaged"]


def test_the_first_profile_of_a_file_counts() -> None:
    draft = read(PLAIN)
    read_icc(icc_profile(text_description(b"Other\0")), draft)
    assert draft.icc_profile is not None
    assert draft.icc_profile.description == "Plain"


def test_a_profile_whose_part_is_missing() -> None:
    part = segment(0xE2, b"ICC_PROFILE\0\1\2" + PLAIN)
    metadata = extract(jpeg_file(part))
    assert metadata.color.icc_profile is not None
    assert [notice.code for notice in metadata.warnings] == ["icc-incomplete"]
