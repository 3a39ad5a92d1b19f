"""IPTC datasets, and the Photoshop resources that hold them and more."""

from __future__ import annotations

import struct

import pytest

from service.metadata import extract, limits
from service.metadata.draft import Draft
from service.metadata.embedded.iptc import read_iptc
from service.metadata.embedded.photoshop import read_resources
from service.metadata.model import Resolution, Thumbnail
from service.metadata.reader import reader_of
from tests.image_bytes import (
    IPTC,
    XMP,
    exif_block,
    icc_profile,
    jpeg_file,
    localized,
    photoshop,
    segment,
)
from tests.service.metadata.tiff_files import Field, build_tiff, picture

UTF_8 = b"\x1c\x01\x5a\x00\x03\x1b%G"


def dataset(number: int, value: bytes, *, record: int = 2) -> bytes:
    """A standard dataset (IIM 4.2, 1.6)."""
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def read(data: bytes) -> Draft:
    """The draft after one block of datasets."""
    draft = Draft(size=0)
    read_iptc(reader_of(data), draft)
    return draft


def read_photoshop(data: bytes) -> Draft:
    """The draft after these resources."""
    draft = Draft(size=0)
    read_resources(reader_of(data), draft)
    return draft


def codes(draft: Draft) -> list[str]:
    """The codes of the warnings."""
    return [notice.code for notice in draft.warnings]


def test_datasets_by_name() -> None:
    data = dataset(5, b"Name") + dataset(25, b"sea") + dataset(25, b"boat") + dataset(80, b"Me")
    expected = {"ObjectName": "Name", "Keywords": ["sea", "boat"], "By-line": ["Me"]}
    assert read(data).iptc == expected


def test_a_dataset_that_should_not_be_repeated_keeps_all_values() -> None:
    assert read(dataset(90, b"Bergen") + dataset(90, b"Oslo")).iptc == {"City": ["Bergen", "Oslo"]}


@pytest.mark.parametrize(
    ("declared", "value", "expected"),
    [
        (UTF_8, "Köln".encode(), "Köln"),
        (b"", "Köln".encode(), "Köln"),
        (b"", "Köln".encode("latin-1"), "Köln"),
        (b"", "\u201cKöln\u201d".encode("cp1252"), "\u201cKöln\u201d"),
        (b"", b"K\x81\xf6ln", "K\x81öln"),
        (dataset(90, b"\x1b.A", record=1), "Köln".encode("latin-1"), "Köln"),
        (UTF_8, b"K\xf6ln", "K\N{REPLACEMENT CHARACTER}ln"),
    ],
    ids=[
        "utf-8",
        "utf-8 unsaid",
        "latin-1 unsaid",
        "cp1252 unsaid",
        "unassigned",
        "latin-1",
        "not what is declared",
    ],
)
def test_the_character_set(declared: bytes, value: bytes, expected: str) -> None:
    assert read(declared + dataset(90, value)).iptc == {"City": expected}


def test_binary_datasets_are_numbers_and_previews_no_text() -> None:
    data = dataset(0, b"\0\4") + dataset(200, b"\0\x0b") + dataset(202, b"\xff\xd8\xff")
    assert read(data).iptc == {"RecordVersion": "4", "ObjectPreviewFileFormat": "11"}


def test_other_records_are_no_values() -> None:
    draft = read(dataset(5, b"x", record=3) + dataset(0, b"\0\4", record=1))
    assert draft.iptc is None
    assert draft.warnings == []


@pytest.mark.parametrize(
    "data",
    [
        dataset(90, b"Oslo")[:-1],
        b"\x1c\x02\x78\x80\x04\0\0\1\0" + b"short",
        b"\x1c\x02\x78\x80\x04\0\0",
        b"\x1c\x02\x78\xff\xff" + bytes(40),
    ],
    ids=["value", "extended value", "extended size", "size of a size"],
)
def test_a_dataset_that_is_cut_leaves_those_before(data: bytes) -> None:
    draft = read(dataset(5, b"Name") + data)
    assert draft.iptc == {"ObjectName": "Name"}
    assert codes(draft) == ["iptc-damaged"]


def test_padding_behind_the_datasets() -> None:
    draft = read(dataset(5, b"Name") + bytes(9))
    assert draft.iptc == {"ObjectName": "Name"}
    assert draft.warnings == []


def test_a_text_beyond_the_limit_is_cut() -> None:
    size = limits.TEXT_BYTES + 1
    data = b"\x1c\x02\x78\x80\x04" + struct.pack(">I", size) + b"a" * size
    iptc = read(data).iptc
    assert iptc is not None
    assert len(iptc["CaptionAbstract"]) == limits.TEXT_BYTES


@pytest.mark.parametrize(
    "image",
    [
        jpeg_file(segment(0xED, b"Photoshop 3.0\0" + photoshop((0x0404, IPTC)))),
        build_tiff(picture(Field(33723, 7, IPTC))),
        build_tiff(picture(Field(34377, 1, photoshop((0x0404, IPTC))))),
    ],
    ids=["JPEG", "TIFF", "Photoshop in TIFF"],
)
def test_the_files_that_hold_it(image: bytes) -> None:
    expected = {"CaptionAbstract": "A boat.\n", "Keywords": ["sea", "boat"]}
    assert extract(image).iptc == expected


def test_resources_that_go_on_in_a_second_segment() -> None:
    resources = photoshop((0x0404, IPTC))
    parts = [resources[:20], resources[20:]]
    image = jpeg_file(*(segment(0xED, b"Photoshop 3.0\0" + part) for part in parts))
    iptc = extract(image).iptc
    assert iptc is not None
    assert iptc["Keywords"] == ["sea", "boat"]


@pytest.mark.parametrize("name", [b"", b"a", b"ab", b"abc"])
def test_a_resource_with_a_name(name: bytes) -> None:
    """A name is a Pascal string, padded so that its length byte and itself are even."""
    pascal = bytes([len(name)]) + name
    pascal += b"\0" * (len(pascal) & 1)
    odd = b"8BIM\x03\xe8" + pascal + struct.pack(">I", 3) + b"odd\0"
    assert read_photoshop(odd + photoshop((0x0404, IPTC))).iptc is not None


def test_a_resolution_that_is_known_stays() -> None:
    draft = Draft(size=0)
    draft.resolution = Resolution(96, 96, "inch")
    resource = photoshop((0x03ED, struct.pack(">IHHIHH", 300 << 16, 1, 1, 300 << 16, 1, 1)))
    read_resources(reader_of(resource), draft)
    assert draft.resolution == Resolution(96, 96, "inch")


@pytest.mark.parametrize(
    ("kind", "form", "media_type"),
    [(0x040C, 1, "image/jpeg"), (0x0409, 1, "image/jpeg"), (0x040C, 0, None)],
)
def test_a_thumbnail(kind: int, form: int, media_type: str | None) -> None:
    header = struct.pack(">IIIIIIHH", form, 160, 120, 480, 57600, 5, 24, 1)
    draft = read_photoshop(photoshop((kind, header + b"12345")))
    assert draft.thumbnails == [Thumbnail("photoshop", 160, 120, media_type, 5)]


def test_blocks_of_other_kinds() -> None:
    draft = read_photoshop(
        photoshop(
            (0x040F, icc_profile(localized(("enUS", "Display")))),
            (0x0422, exif_block()),
            (0x0424, XMP),
        )
    )
    assert draft.icc_profile is not None
    assert draft.icc_profile.description == "Display"
    assert draft.orientation == 6
    assert draft.xmp is not None
    assert draft.xmp["dc:title"] == "Harbour"


@pytest.mark.parametrize("end", [5, 7, 9])
def test_resources_that_are_cut_leave_those_before(end: int) -> None:
    whole = photoshop((0x0404, IPTC))
    draft = read_photoshop(whole + photoshop((0x03ED, bytes(16)))[:end])
    assert draft.iptc is not None
    assert codes(draft) == ["photoshop-damaged"]


def test_a_resolution_that_is_cut() -> None:
    draft = read_photoshop(photoshop((0x03ED, bytes(6)), (0x0404, IPTC)))
    assert codes(draft) == ["photoshop-damaged"]
    assert draft.iptc is not None
