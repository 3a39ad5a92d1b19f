"""WebP: facts of files built chunk by chunk and of files that libwebp wrote through Pillow."""

from __future__ import annotations

import io
import struct
import time
from typing import Any

import pytest
from PIL import Image, ImageCms

from service.metadata import extract
from service.metadata.encodings import WebpEncoding
from service.metadata.errors import MetadataError
from service.metadata.model import ImageMetadata

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    b'syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" '
    b'dc:source="a scan"/></rdf:RDF></x:xmpmeta>'
)


def save(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", **options)
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def riff(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def extended(*, width: int, height: int, flags: int = 0) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return chunk(b"VP8X", bytes([flags, 0, 0, 0]) + size)


def lossy(width: int, height: int) -> bytes:
    return chunk(b"VP8 ", b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height))


def lossless(width: int, height: int, *, alpha: bool = False) -> bytes:
    bits = width - 1 | height - 1 << 14 | alpha << 28
    return chunk(b"VP8L", b"\x2f" + struct.pack("<I", bits))


def frame(*inner: bytes, milliseconds: int) -> bytes:
    head = bytes(12) + milliseconds.to_bytes(3, "little") + b"\0"
    return chunk(b"ANMF", head + b"".join(inner))


def codes(metadata: ImageMetadata) -> set[str]:
    return {notice.code for notice in metadata.warnings}


def webp_of(metadata: ImageMetadata) -> WebpEncoding:
    assert metadata.encoding.webp is not None
    return metadata.encoding.webp


def test_lossy() -> None:
    found = extract(save(Image.new("RGB", (33, 21), "red"), quality=80))
    assert (found.file.format, found.file.media_type) == ("WebP", "image/webp")
    assert (found.image.width, found.image.height) == (33, 21)
    assert (found.encoding.compression, found.encoding.lossless) == ("VP8", False)
    assert webp_of(found).chroma_subsampling == "4:2:0"
    assert (found.image.color_model, found.image.has_alpha) == ("YCbCr", False)
    assert found.image.bits_per_sample == (8, 8, 8)
    assert found.animation is None
    assert found.warnings == ()
    assert found.file.trailing_bytes == 0


def test_lossless() -> None:
    found = extract(save(Image.new("RGB", (33, 21), "red"), lossless=True))
    assert (found.image.width, found.image.height) == (33, 21)
    assert (found.encoding.compression, found.encoding.lossless) == ("VP8L", True)
    assert webp_of(found).chroma_subsampling is None
    assert (found.image.color_model, found.image.has_alpha) == ("RGB", False)


@pytest.mark.parametrize("is_lossless", [True, False])
def test_transparency(is_lossless: bool) -> None:
    picture = Image.new("RGBA", (8, 8), (255, 0, 0, 90))
    picture.putpixel((0, 0), (0, 0, 0, 0))
    found = extract(save(picture, lossless=is_lossless))
    assert found.image.has_alpha is True
    assert found.image.samples_per_pixel == 4
    assert webp_of(found).alpha_compression == (None if is_lossless else "lossless")


def test_an_alpha_flag_does_not_make_a_lossless_picture_transparent() -> None:
    """The flag is a hint; libwebp answers with the bit of the stream."""
    found = extract(riff(extended(width=4, height=4, flags=0x10), lossless(4, 4)))
    assert found.image.has_alpha is False


def test_the_largest_canvas_costs_nothing() -> None:
    found = extract(riff(extended(width=1 << 24, height=1 << 24)))
    assert (found.image.width, found.image.height) == (1 << 24, 1 << 24)
    assert codes(found) == {"no-frame"}


def test_scaling_bits_are_no_part_of_a_lossy_size() -> None:
    found = extract(riff(lossy(0x4000 | 100, 0x8000 | 50)))
    assert (found.image.width, found.image.height) == (100, 50)


def test_an_animation_as_libwebp_writes_it() -> None:
    pictures = [Image.new("RGB", (20, 10), color) for color in ("red", "green", "blue")]
    data = save(pictures[0], save_all=True, append_images=pictures[1:], duration=[40, 80, 120],
                loop=3, background=(1, 2, 3, 4))  # fmt: skip
    found = extract(data)
    assert found.animation is not None
    assert found.animation.frame_count == 3
    assert found.animation.loop_count == 3
    assert found.animation.frame_durations_ms == (40, 80, 120)
    assert found.animation.duration_ms == 240
    assert webp_of(found).background_color == "#01020304"
    assert (found.image.width, found.image.height) == (20, 10)


@pytest.mark.parametrize(
    ("pictures", "codec", "compression", "is_lossless"),
    [
        ((lossy(4, 4), lossy(4, 4)), "VP8", "VP8", False),
        ((lossless(4, 4), lossless(4, 4)), "VP8L", "VP8L", True),
        ((lossless(4, 4), lossy(4, 4)), "mixed", "VP8 and VP8L", False),
    ],
)
def test_the_codecs_of_an_animation(
    pictures: tuple[bytes, ...], codec: str, compression: str, is_lossless: bool
) -> None:
    frames = [frame(picture, milliseconds=10) for picture in pictures]
    anim = chunk(b"ANIM", bytes(4) + struct.pack("<H", 0))
    found = extract(riff(extended(width=9, height=8, flags=2), anim, *frames))
    assert webp_of(found).codec == codec
    assert (found.encoding.compression, found.encoding.lossless) == (compression, is_lossless)
    assert found.animation is not None
    assert found.animation.loop_count == 0
    assert (found.image.width, found.image.height) == (9, 8)


def test_metadata_chunks() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "Camera 1"
    found = extract(save(Image.new("RGB", (33, 21)), exif=exif, icc_profile=profile, xmp=XMP))
    assert found.exif is not None
    assert found.exif.ifd0 is not None
    assert found.exif.ifd0["Model"] == "Camera 1"
    assert (found.image.display_width, found.image.display_height) == (21, 33)
    assert found.color.icc_profile is not None
    assert found.color.icc_profile.size == len(profile)
    assert found.xmp is not None
    assert "a scan" in found.xmp.values()
    assert webp_of(found).container == "extended"


def test_chunks_of_an_odd_size_are_padded() -> None:
    found = extract(riff(extended(width=4, height=4), chunk(b"odd ", b"abc"), lossy(4, 4)))
    assert (webp_of(found).codec, found.warnings) == ("VP8", ())


def test_a_picture_that_is_not_as_large_as_its_canvas_is_a_warning() -> None:
    found = extract(riff(extended(width=9, height=9), lossy(4, 4)))
    assert codes(found) == {"canvas-size"}


def test_bytes_behind_the_end_are_counted() -> None:
    assert extract(riff(lossy(4, 4)) + b"more").file.trailing_bytes == 4


@pytest.mark.parametrize(
    ("stated", "code"), [(0, "riff-size"), (4, "riff-size"), (2**32 - 1, "truncated")]
)
def test_a_damaged_size_of_the_file_is_a_warning(stated: int, code: str) -> None:
    data = riff(lossy(4, 3))
    found = extract(data[:4] + struct.pack("<I", stated) + data[8:])
    assert codes(found) == {code}
    assert (found.image.width, found.image.height) == (4, 3)


@pytest.mark.parametrize("size", [0, 3, 2**32 - 1])
def test_a_damaged_size_of_a_chunk_is_a_warning(size: int) -> None:
    broken = b"EXIF" + struct.pack("<I", size)
    found = extract(riff(lossy(4, 3), broken + b"II*\0"))
    assert found.warnings != ()
    assert (found.image.width, found.image.height) == (4, 3)


@pytest.mark.parametrize("body", [b"", b"\x10\0\0", b"\x11\0\0\x9d\x01\x2a\4\0\4\0", bytes(10)])
def test_a_damaged_picture_is_a_warning(body: bytes) -> None:
    found = extract(riff(extended(width=7, height=5), chunk(b"VP8 ", body)))
    assert codes(found) == {"chunk-damaged", "no-frame"}
    assert (found.image.width, found.image.height) == (7, 5)


def test_every_prefix_and_every_changed_byte_gives_an_answer_or_an_error_of_ours() -> None:
    anim = chunk(b"ANIM", bytes(6))
    frames = frame(chunk(b"ALPH", b"\1"), lossy(4, 4), milliseconds=5)
    whole = riff(extended(width=4, height=4, flags=0x12), anim, frames, chunk(b"XMP ", XMP))
    changed = (
        whole[:at] + bytes([value]) + whole[at + 1 :]
        for at in range(len(whole))
        for value in (0x00, 0x7F, 0xFF)
    )
    answers = 0
    for data in (*(whole[:end] for end in range(len(whole))), *changed):
        try:
            answers += extract(data).file.size == len(data)
        except MetadataError:
            assert data[:4] != b"RIFF" or data[8:12] != b"WEBP"
    assert answers > 3 * len(whole)


def test_frames_of_unknown_chunks_cost_little() -> None:
    filler = frame(*[b"abcd\0\0\0\0"] * 60_000, milliseconds=40)
    start = time.process_time()
    found = extract(riff(extended(width=40, height=30, flags=2), *[filler] * 60))
    assert time.process_time() - start < 5
    assert found.animation is not None
    assert (found.animation.frame_count, codes(found)) == (60, {"no-frame"})
