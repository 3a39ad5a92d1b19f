"""Where a long JPEG picture ends, when what follows it ends with the same marker."""

from __future__ import annotations

import struct

import pytest

from service.metadata import extract
from service.metadata.limits import EXACT_SCAN_BYTES, TAIL_BYTES
from tests.image_bytes import jpeg_file, segment

LONG = bytes(EXACT_SCAN_BYTES + 1)
SHORT_JPEG = jpeg_file(scan=b"\1" * 100)
LONG_JPEG = jpeg_file(scan=LONG)


def make_xmp(properties: str) -> bytes:
    """An APP1 segment of XMP with these properties."""
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" '
        'xmlns:Container="http://ns.google.com/photos/1.0/container/" '
        f'xmlns:Item="http://ns.google.com/photos/1.0/container/item/" {properties}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet.encode())


def make_directory(*lengths: int, padding: int) -> bytes:
    """XMP with the directory of a picture that is followed by items of these lengths."""
    first = f'<rdf:li rdf:parseType="Resource"><Container:Item Item:Padding="{padding}"/></rdf:li>'
    others = "".join(
        f'<rdf:li rdf:parseType="Resource"><Container:Item Item:Length="{length}"/></rdf:li>'
        for length in lengths
    )
    listed = f"<rdf:Seq>{first}{others}</rdf:Seq>"
    return make_xmp(f"><Container:Directory>{listed}</Container:Directory>")


def make_samsung_trailer(*values: bytes) -> bytes:
    """Samsung's trailer: values, and a directory that says how far before it they lie."""
    data, entries = b"".join(values), b""
    back = len(data)
    for value in values:
        entries += struct.pack("<HHII", 0, 0x0A01, back, len(value))
        back -= len(value)
    directory = struct.pack("<4sII", b"SEFH", 106, len(values)) + entries
    return data + directory + struct.pack("<I4s", len(directory), b"SEFT")


def find_trailing(data: bytes) -> int | None:
    return extract(data).file.trailing_bytes


def test_a_short_picture_behind_a_long_one_is_seen() -> None:
    assert len(SHORT_JPEG) < TAIL_BYTES
    assert find_trailing(LONG_JPEG + SHORT_JPEG) == len(SHORT_JPEG)


def test_bytes_that_end_with_the_marker_by_chance_are_seen() -> None:
    assert find_trailing(LONG_JPEG + bytes(50) + b"\xff\xd9") == 52


def test_the_directory_of_a_motion_photo_is_believed_where_the_marker_is() -> None:
    video = LONG + b"\xff\xd9"
    whole = jpeg_file(make_directory(len(video), padding=7), scan=LONG) + bytes(7) + video
    assert find_trailing(whole) == 7 + len(video)
    wrong = jpeg_file(make_directory(len(video) + 1, padding=7), scan=LONG) + bytes(7) + video
    assert find_trailing(wrong) == 0


def test_the_offset_of_a_micro_video_is_believed() -> None:
    video = LONG + b"\xff\xd9"
    offset = make_xmp(f'GCamera:MicroVideoOffset="{len(video)}">')
    assert find_trailing(jpeg_file(offset, scan=LONG) + video) == len(video)


@pytest.mark.parametrize(
    "properties",
    ['GCamera:MicroVideoOffset="-5">', 'GCamera:MicroVideoOffset="²">',
     f'GCamera:MicroVideoOffset="{"9" * 5000}">', "><Container:Directory>1</Container:Directory>"],
)  # fmt: skip
def test_what_is_no_length_is_passed_over(properties: str) -> None:
    found = extract(jpeg_file(make_xmp(properties), scan=LONG))
    assert (found.file.trailing_bytes, found.warnings) == (0, ())


def test_a_samsung_trailer_is_found_by_its_directory() -> None:
    # Markers in the trailer would end a search through the picture's data, which has one too early.
    trailer = make_samsung_trailer(b"Image_UTC_Data", LONG)
    picture = jpeg_file(scan=b"\1\xff\xd9\2" + LONG)
    assert find_trailing(picture + trailer) == len(trailer)


@pytest.mark.parametrize(
    "tail",
    [
        b"\xff\xff\xff\xffSEFT",
        b"\0\0\0\0SEFT",
        struct.pack("<4sII", b"SEFH", 1, 9) + b"\x0c\0\0\0SEFT",
        struct.pack("<4sII", b"SEFX", 1, 0) + b"\x0c\0\0\0SEFT",
    ],
    ids=["too long", "empty", "cut", "unknown"],
)
def test_the_end_before_a_damaged_samsung_trailer_is_searched(tail: bytes) -> None:
    assert find_trailing(LONG_JPEG + tail) == len(tail)
