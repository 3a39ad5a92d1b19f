"""The thumbnail inside a file: its bytes, where one is there that is safe to hand on."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from service.metadata import NotAnImage, extract, limits
from service.metadata.thumbnails import extract_with_thumbnail
from tests.image_bytes import chunk, exif_block, frame, jpeg_file, png_file, riff, segment
from tests.images import encode
from tests.images import test_images as make_images
from tests.service.metadata.heif_files import Item, heif, hevc, size_of
from tests.service.metadata.tiff_files import build_tiff, long, picture, short

SMALL = encode("JPEG", size=(8, 6))


def with_exif(thumbnail: bytes) -> dict[str, bytes]:
    """A file of each format that carries an EXIF block with this thumbnail."""
    block = exif_block(thumbnail=thumbnail)
    bitstream = encode("WEBP")[20:]
    photo = Item(b"hvc1", (size_of(400, 300), hevc()), b"data")
    return {
        "JPEG": jpeg_file(segment(0xE1, b"Exif\0\0" + block)),
        "PNG": png_with(thumbnail),
        "WebP": riff(
            (b"VP8X", bytes([8, 0, 0, 0, 15, 0, 0, 11, 0, 0])), (b"VP8 ", bitstream),
            (b"EXIF", block),
        ),
        "HEIC": heif(photo, Item(b"Exif", (), b"\0\0\0\0" + block, [(b"cdsc", [1])])),
    }  # fmt: skip


def png_with(thumbnail: bytes) -> bytes:
    """A PNG file with EXIF, which is no longer bound to the 64 KiB of a JPEG segment."""
    return png_file(chunk(b"eXIf", exif_block(thumbnail=thumbnail)))


def tiff_with(thumbnail: bytes) -> bytes:
    """A TIFF file whose second directory is a reduced picture, compressed as old JPEG."""
    reduced = picture(
        long(254, 1), short(259, 6), long(0x0201, 8), long(0x0202, len(thumbnail)), width=8
    )
    return build_tiff(picture(), reduced, data=thumbnail)


def thumbnail_of(content: bytes) -> bytes | None:
    return extract_with_thumbnail(content)[1]


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WebP", "HEIC"])
def test_exif_in_each_format(name: str) -> None:
    content = with_exif(SMALL)[name]
    metadata, thumbnail = extract_with_thumbnail(content)
    assert metadata.file.format == name
    assert thumbnail == SMALL
    assert [found.size for found in metadata.thumbnails] == [len(SMALL)]


def test_a_reduced_picture_of_a_tiff_file() -> None:
    assert thumbnail_of(tiff_with(SMALL)) == SMALL


@pytest.mark.parametrize("name", make_images())
def test_the_answer_is_that_of_extract(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.png"
    path.write_bytes(make_images()[name])
    assert extract_with_thumbnail(path)[0] == extract(path)
    assert extract_with_thumbnail(path, sha256=True)[0] == extract(path, sha256=True)


def test_it_outlives_a_mapped_file(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(with_exif(SMALL)["JPEG"] + bytes(limits.HEAD_BYTES))
    assert extract_with_thumbnail(path)[1] == SMALL


def test_a_stream() -> None:
    assert extract_with_thumbnail(io.BytesIO(png_with(SMALL)))[1] == SMALL


def sized(width: int, height: int) -> bytes:
    return jpeg_file(sof=frame(size=(width, height)))


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        encode("PNG"),
        b"\xff\xd8\xff\xe0 no picture follows",
        sized(limits.THUMBNAIL_PIXELS + 1, 1),
        sized(1, limits.THUMBNAIL_PIXELS + 1),
        sized(1, 0),
        sized(8, 6) + bytes(limits.THUMBNAIL_BYTES),
    ],
    ids=["SVG", "PNG", "no frame", "too wide", "too high", "no height", "too long"],
)
def test_what_is_not_handed_on(content: bytes) -> None:
    assert thumbnail_of(png_with(content)) is None


def test_the_largest_that_is_handed_on() -> None:
    content = sized(limits.THUMBNAIL_PIXELS, limits.THUMBNAIL_PIXELS)
    content += bytes(limits.THUMBNAIL_BYTES - len(content))
    assert thumbnail_of(png_with(content)) == content


def test_one_that_is_cut_short_is_what_is_there() -> None:
    content = exif_block(thumbnail=SMALL)
    longer = content.replace(
        len(SMALL).to_bytes(4, "little"), (len(content) * 2).to_bytes(4, "little")
    )
    found = thumbnail_of(png_file(chunk(b"eXIf", longer)))
    assert found is not None
    assert found.startswith(SMALL)
    assert longer.endswith(found)


def test_no_image_and_no_thumbnail() -> None:
    assert thumbnail_of(encode("PNG")) is None
    with pytest.raises(NotAnImage):
        extract_with_thumbnail(b"no image")
