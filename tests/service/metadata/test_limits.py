"""Small files that ask for much work: each is answered soon, with little memory."""

from __future__ import annotations

import time
import tracemalloc
import zlib

import pytest

from service.metadata import MetadataError, NotAnImage, extract
from tests.image_bytes import (
    XMP,
    chunk,
    gif_file,
    gif_frame,
    jpeg_file,
    photoshop,
    png_file,
    segment,
)

_SECONDS = 5.0
_MEMORY = 200 * 1024 * 1024
_XMP_CHUNK = b"XML:com.adobe.xmp\0\1\0\0\0"


def hostile_files() -> dict[str, bytes]:
    """Files by what they have too much of."""
    return {
        "frames": gif_file(*[gif_frame()] * 30_000),
        "sub-blocks": gif_file(gif_frame()[:-2] + b"\1a" * 2_000_000 + b"\0"),
        "GIF comments": gif_file(*[b"!\xfe\1a\0"] * 60_000, gif_frame()),
        "chunks": png_file(*[chunk(b"tEXt", b"a\0b")] * 60_000),
        "bombs": png_file(*[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(30 << 20), 9))] * 20),
        "one packet": png_file(chunk(b"iTXt", _XMP_CHUNK + zlib.compress(XMP + b" " * (12 << 20)))),
        "packets": png_file(*[chunk(b"iTXt", _XMP_CHUNK + zlib.compress(XMP))] * 500),
        "resources": jpeg_file(
            *[segment(0xED, b"Photoshop 3.0\0" + photoshop((0x0424, XMP)) * 100)] * 30
        ),
        "segments": jpeg_file(*[segment(0xFE, b"a")] * 60_000),
        "JPEG comments": jpeg_file(scan=segment(0xFE, b"a") * 30_000)[:-2],
        "restarts": jpeg_file(scan=b"\xff\xd0" * 500_000)[:-2],
        "PPM comments": b"P6\n" + b"#\n" * 5_000_000,
        "EPS comments": b"%!PS-Adobe-3.0 EPSF-3.0\n" + b"%\n" * 2_000_000,
        "FITS cards": b"SIMPLE  =                    T".ljust(80) + b"COMMENT".ljust(80) * 100_000,
    }


FILES = hostile_files()


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_costs_little_time(name: str) -> None:
    start = time.process_time()
    read(FILES[name])
    assert time.process_time() - start < _SECONDS


@pytest.mark.parametrize("name", ["bombs", "one packet", "packets", "PPM comments", "sub-blocks"])
def test_a_hostile_file_costs_little_memory(name: str) -> None:
    tracemalloc.start()
    try:
        read(FILES[name])
        assert tracemalloc.get_traced_memory()[1] < _MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["PPM comments", "EPS comments", "FITS cards"])
def test_a_header_without_an_end_is_no_image(name: str) -> None:
    with pytest.raises(NotAnImage):
        extract(FILES[name])


def test_what_is_before_the_limit_is_still_answered() -> None:
    metadata = extract(FILES["bombs"])
    assert metadata.image.width == 40
    assert len(metadata.comments) == 20
    assert "limit-decompressed" in {notice.code for notice in metadata.warnings}


def read(data: bytes) -> None:
    """Read a file; whether it is an image does not matter here."""
    try:
        extract(data)
    except MetadataError:
        return
