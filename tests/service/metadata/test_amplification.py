"""Parts of a file that name the same bytes many times: the work is that of the limits."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import pytest

from service.metadata import Unreadable, extract, limits
from tests.image_bytes import chunk, jpeg_file, png_file, segment


def tags_of_one_text(count: int, size: int) -> bytes:
    """An EXIF block whose every tag is the same long text."""
    entries = b"".join(
        struct.pack("<HHII", 1000 + index, 2, size, 8 + 2 + 12 * count + 4)
        for index in range(count)
    )
    return struct.pack("<2sHIH", b"II", 42, 8, count) + entries + bytes(4) + b"A" * size


def index_of_one_picture(count: int, picture: bytes) -> bytes:
    """A multi-picture file whose every thumbnail is the same bytes behind the first picture."""
    head = struct.pack("<2sHIHHHIII", b"II", 42, 8, 1, 0xB002, 7, 16 * count, 26, 0)
    first = len(jpeg_file(segment(0xE2, b"MPF\0" + head + bytes(16 * count))))
    rows = struct.pack("<IIIHH", 0x030000, first, 0, 0, 0)
    rows += struct.pack("<IIIHH", 0x010001, len(picture), first - 10, 0, 0) * (count - 1)
    return jpeg_file(segment(0xE2, b"MPF\0" + head + rows)) + picture


def test_tags_of_the_same_text() -> None:
    metadata = extract(png_file(chunk(b"eXIf", tags_of_one_text(500, limits.TEXT_BYTES))))
    assert metadata.exif is not None
    assert metadata.exif.ifd0 is not None
    shown = sum(len(value) for value in metadata.exif.ifd0.values() if isinstance(value, str))
    assert shown <= limits.TAG_TEXT_BYTES + limits.TEXT_BYTES
    assert [notice.code for notice in metadata.warnings] == ["limit-tag-text"]


@pytest.mark.parametrize(
    "picture", [b"\xff\xd8" + b"\xff\xd0" * 60_000, b"\xff\xd8" + bytes(1_000_000)]
)
def test_thumbnails_of_the_same_bytes(picture: bytes) -> None:
    start = time.process_time()
    metadata = extract(index_of_one_picture(4000, picture))
    assert time.process_time() - start < 5
    assert len(metadata.thumbnails) == limits.PREVIEWS - 1
    assert "limit-pictures" in {notice.code for notice in metadata.warnings}


def test_fill_bytes_without_a_marker() -> None:
    start = time.process_time()
    metadata = extract(b"\xff\xd8" + b"\xff" * 1_000_000)
    assert time.process_time() - start < 5
    assert [notice.code for notice in metadata.warnings] == ["truncated", "no-frame"]


def test_a_path_with_a_nul_character() -> None:
    with pytest.raises(Unreadable):
        extract(str(Path("a\0b")))


def test_xmp_of_attributes_alone() -> None:
    attributes = b"".join(b' a%d=""' % number for number in range(200_000))
    packet = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
        + attributes
        + b"/></rdf:RDF>"
    )
    text = b"XML:com.adobe.xmp\0\0\0\0\0" + packet
    metadata = extract(png_file(chunk(b"iTXt", text)))
    assert metadata.xmp is None
    assert [notice.code for notice in metadata.warnings] == ["limit-xmp"]
