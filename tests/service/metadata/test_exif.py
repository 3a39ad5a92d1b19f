"""EXIF: names, typed values, places, and what a damaged block still gives."""

from __future__ import annotations

import struct

import pytest

from service.metadata import extract, limits
from service.metadata.model import Exif, ImageMetadata, Location, Tags
from service.metadata.serialise import to_json
from service.metadata.values import Block, ExifValue, Rational
from tests.image_bytes import exif_block, jpeg_file, segment
from tests.images import encode
from tests.service.metadata.tiff_files import (
    Field,
    build_tiff,
    long,
    pointer,
    rational,
    short,
    text,
)


def read_block(block: bytes) -> ImageMetadata:
    return extract(jpeg_file(segment(0xE1, b"Exif\0\0" + block)))


def exif_of(found: ImageMetadata) -> Exif:
    assert found.exif is not None
    return found.exif


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


def read_tag(field: Field, order: str = "<") -> ExifValue:
    tags = exif_of(read_block(build_tiff((pointer(0x8769, (field,)),), order=order))).exif
    assert tags is not None
    (value,) = tags.values()
    return value


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_cameras_block(order: str) -> None:
    found = read_block(exif_block(order=order))
    exif = exif_of(found)
    assert exif.ifd0 is not None
    assert (exif.ifd0["Make"], exif.ifd0["Orientation"]) == ("Example", 6)
    assert exif.exif == {
        "ExposureTime": Rational(1, 125),
        "FNumber": Rational(28, 10),
        "PhotographicSensitivity": 200,
        "ExifVersion": "0232",
        "DateTimeOriginal": "2024:05:06 07:08:09",
        "FocalLength": Rational(50, 1),
        "UserComment": "quiet",
        "InteroperabilityIFDPointer": exif.exif["InteroperabilityIFDPointer"] if exif.exif else 0,
    }
    assert exif.interop == {"InteroperabilityIndex": "R98"}
    assert found.location == Location(38.71, -9.14, 10.5)
    assert exif.ifd1 is None


def test_the_thumbnail_of_ifd1() -> None:
    small = encode("JPEG", size=(8, 6))
    found = read_block(exif_block(thumbnail=small))
    (thumbnail,) = found.thumbnails
    assert (thumbnail.width, thumbnail.height, thumbnail.size) == (8, 6, len(small))
    assert (thumbnail.source, thumbnail.media_type) == ("exif", "image/jpeg")
    assert exif_of(found).ifd1 is not None


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("kind", "code", "numbers"),
    [
        (1, "B", (250, 3)), (3, "H", (65535, 1)), (4, "I", (4294967295, 0)), (6, "b", (-5, 5)),
        (8, "h", (-300, 2)), (9, "i", (-70000, 1)), (11, "f", (0.5, -2.0)), (12, "d", (0.1, 9.0)),
    ],
)  # fmt: skip
def test_numbers_of_every_type(
    order: str, kind: int, code: str, numbers: tuple[float, ...]
) -> None:
    data = struct.pack(f"{order}2{code}", *numbers)
    field = Field(0x9999, kind, data)
    block = build_tiff((field,), order=order)
    count = block.index(struct.pack(order + "HH", 0x9999, kind)) + 4
    block = block[:count] + struct.pack(order + "I", 2) + block[count + 4 :]
    tags = exif_of(read_block(block)).ifd0
    assert tags == {"0x9999": numbers}


def test_signed_rationals_and_those_without_a_value() -> None:
    data = struct.pack("<2i", -1, 3)
    block = build_tiff((Field(0x9204, 10, data),))
    at = block.index(struct.pack("<HH", 0x9204, 10)) + 4
    block = block[:at] + struct.pack("<I", 1) + block[at + 4 :]
    assert exif_of(read_block(block)).ifd0 == {"ExposureBiasValue": Rational(-1, 3)}
    found = to_json(read_block(build_tiff((pointer(0x8769, (rational(0x9206, 0, 0),)),))))
    assert found["exif"]["exif"] == {"SubjectDistance": {"value": None, "rational": [0, 0]}}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"ASCII\0\0\0plain  \0", "plain"),
        (b"UNICODE\0" + "grün".encode("utf-16-le"), "grün"),
        (b"UNICODE\0" + "plain".encode("utf-16-be"), "plain"),
        (b"UNICODE\0\xfe\xff" + "mark".encode("utf-16-be"), "mark"),
        (b"JIS\0\0\0\0\0" + "写真".encode("iso2022_jp"), "写真"),
        (bytes(8) + b"unnamed", "unnamed"),
        (b"\x99" * 10, Block("UNDEFINED", 10, "99" * 10)),
    ],
)
def test_user_comments_of_every_character_code(data: bytes, expected: ExifValue) -> None:
    assert read_tag(Field(0x9286, 7, data)) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Field(0x9101, 7, b"\1\2\3\0"), (1, 2, 3, 0)),
        (Field(0xA300, 7, b"\3"), 3),
        (Field(0xA302, 7, bytes(70)), Block("UNDEFINED", 70, None)),
        (Field(0x927C, 7, b"maker"), Block("UNDEFINED", 5, None)),
        (Field(0x9C9B, 1, "título\0".encode("utf-16-le")), "título"),
        (Field(0x8298, 2, b"photo \0editor\0"), "photo; editor"),
        (Field(0x010E, 2, b"caf\xe9 \0junk"), "café"),
        (Field(0x010E, 2, "Olá\0".encode()), "Olá"),
        (Field(0x010E, 129, "Olá\0".encode()), "Olá"),
        (Field(0x9214, 3, (1,) * 65), Block("SHORT", 65, None)),
        (Field(0x9214, 3, (1,) * 64), (1,) * 64),
        (Field(0x0100, 2, b""), ""),
    ],
)
def test_values(field: Field, expected: ExifValue) -> None:
    assert read_tag(field) == expected


def gps_of(*fields: Field) -> Location | None:
    return read_block(build_tiff((pointer(0x8825, fields),))).location


LATITUDE = (text(1, "S"), rational(2, 10, 1, 30, 1, 0, 1))
LONGITUDE = (text(3, "E"), rational(4, 20, 1, 15, 1, 36, 1))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((*LATITUDE, *LONGITUDE), Location(-10.5, 20.26, None)),
        (LATITUDE, None),
        ((rational(2, 10, 1), *LONGITUDE), None),
        ((text(1, "N"), rational(2, 91, 1), *LONGITUDE), None),
        ((text(1, "N"), rational(2, 0, 0), *LONGITUDE), None),
        ((text(1, "N"), rational(2, 10, 1, 0, 0, 0, 0), *LONGITUDE), Location(10.0, 20.26, None)),
        ((Field(5, 1, (1,)), rational(6, 33, 2)), Location(None, None, -16.5)),
    ],
)
def test_location(fields: tuple[Field, ...], expected: Location | None) -> None:
    assert gps_of(*fields) == expected


def test_an_orientation_out_of_range_is_not_kept() -> None:
    found = read_block(exif_block(orientation=9))
    assert (found.image.orientation, codes(found)) == (None, ["orientation"])


def test_values_outside_the_block_are_left_out() -> None:
    block = build_tiff((text(0x010F, "Example camera"), short(0x0112, 3)))
    at = block.index(struct.pack("<HHI", 0x010F, 2, 15)) + 8
    found = read_block(block[:at] + b"\xff\xff\0\0" + block[at + 4 :])
    assert exif_of(found).ifd0 == {"Orientation": 3}
    assert codes(found) == ["tag-cut"]


def test_a_type_that_does_not_exist_is_left_out() -> None:
    found = read_block(build_tiff((Field(0x010F, 99, b"abcd"), short(0x0112, 3))))
    assert exif_of(found).ifd0 == {"Orientation": 3}
    assert codes(found) == ["tag-type"]


def test_directories_that_point_at_each_other_end() -> None:
    found = read_block(build_tiff((short(0x0112, 1), long(0x8769, 16))))
    assert codes(found) == ["ifd-loop"]
    assert exif_of(found).ifd0 is not None


def test_more_entries_than_the_limit() -> None:
    fields = tuple(short(tag, tag) for tag in range(1, limits.DIRECTORY_ENTRIES + 10))
    found = extract(build_tiff(fields))
    assert "limit-ifd-entries" in codes(found)
    tags: Tags | None = exif_of(found).ifd0
    assert tags is not None
    assert len(tags) == limits.DIRECTORY_ENTRIES


def test_more_directories_than_the_limit() -> None:
    subs = tuple((short(256, number),) for number in range(limits.DIRECTORIES + 5))
    found = extract(build_tiff((pointer(330, *subs),)))
    assert "limit-ifds" in codes(found)


def test_a_block_without_a_header() -> None:
    found = read_block(b"XX*\0\x08\0\0\0")
    assert (found.exif, codes(found)) == (None, ["exif-damaged"])
