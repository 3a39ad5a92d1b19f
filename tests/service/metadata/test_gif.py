"""GIF: the canvas, frames and their delays, application blocks."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from service.metadata import extract, limits
from service.metadata.model import Animation, ImageMetadata, Palette
from tests.image_bytes import XMP, gif_extension, gif_file, gif_frame, sub_blocks
from tests.images import PROFILE

MAGIC_TRAILER = b"\1" + bytes(range(255, -1, -1)) + b"\0"


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


def loop(count: int) -> bytes:
    return gif_extension(b"NETSCAPE2.0", b"\1" + count.to_bytes(2, "little"))


def test_the_size_is_that_of_the_canvas() -> None:
    found = extract(gif_file(size=(300, 200)))
    assert (found.image.width, found.image.height) == (300, 200)
    assert found.file.format_version == "89a"
    assert (found.encoding.compression, found.encoding.lossless) == ("LZW", True)


@pytest.mark.parametrize(("packed", "entries"), [(0x80, 2), (0x91, 4), (0xF7, 256)])
def test_the_global_palette(packed: int, entries: int) -> None:
    found = extract(gif_file(packed=packed))
    assert found.image.palette == Palette(entries, 24)
    assert found.image.bits_per_sample == (entries.bit_length() - 1,)
    assert found.encoding.gif is not None
    assert found.encoding.gif.global_palette_entries == entries


def test_local_palettes_stand_in_for_a_global_one() -> None:
    found = extract(gif_file(gif_frame(packed=0xC2), packed=0x11))
    assert found.image.palette == Palette(8, 24)
    assert found.encoding.interlaced is True
    assert found.encoding.gif is not None
    assert found.encoding.gif.local_palettes == 1
    assert found.encoding.gif.global_palette_entries is None


def test_a_still_picture_is_no_animation() -> None:
    assert extract(gif_file(gif_frame(delay=10))).animation is None


def test_delays_belong_to_the_frames_behind_them() -> None:
    found = extract(gif_file(loop(0), gif_frame(delay=10), gif_frame(), gif_frame(delay=3)))
    assert found.animation == Animation(3, 0, 130, (100, 0, 30))


def test_plain_text_uses_up_a_delay() -> None:
    control = gif_frame(delay=7)[:8]
    text = b"!\x01\x0c" + bytes(12) + b"\1a\0"
    found = extract(gif_file(gif_frame(delay=5), control, text, gif_frame()))
    assert found.animation is not None
    assert found.animation.frame_durations_ms == (50, 0)


def test_without_a_loop_block_nothing_is_said_of_loops() -> None:
    animation = extract(gif_file(gif_frame(), gif_frame())).animation
    assert animation is not None
    assert animation.loop_count is None


def test_transparency_of_any_frame() -> None:
    assert extract(gif_file(gif_frame(), gif_frame(delay=0, transparent=True))).image.has_alpha
    assert extract(gif_file(gif_frame(delay=0))).image.has_alpha is False


def test_comment_profile_and_unknown_blocks() -> None:
    found = extract(gif_file(
        b"!\xfe" + sub_blocks("héllo".encode()), gif_extension(b"ICCRGBG1012", PROFILE),
        gif_extension(b"UNKNOWN 1.0", bytes(700)), b"!\x01" + sub_blocks(bytes(12)), gif_frame(),
    ))  # fmt: skip
    assert [comment.text for comment in found.comments] == ["héllo"]
    assert found.color.icc_profile is not None
    assert codes(found) == []


@pytest.mark.parametrize(
    "block", [XMP + MAGIC_TRAILER, sub_blocks(XMP)], ids=["as specified", "in sub-blocks"]
)
def test_xmp(block: bytes) -> None:
    found = extract(gif_file(b"!\xff\x0bXMP DataXMP" + block, gif_frame()))
    assert found.xmp is not None
    assert found.xmp["dc:title"] == "Harbour"
    assert codes(found) == []


def test_trailing_bytes() -> None:
    assert extract(gif_file() + b"abc").file.trailing_bytes == 3


def test_damage() -> None:
    whole = gif_file(gif_frame(), gif_frame())
    assert codes(extract(whole[:-4])) == ["truncated"]
    assert codes(extract(whole[:-1] + b"\x99;")) == ["block-unknown"]
    assert codes(extract(whole[:13])) == ["truncated"]


def test_more_frames_than_the_limit() -> None:
    found = extract(gif_file(*(gif_frame(),) * (limits.CHUNKS + 1)))
    assert "limit-chunks" in codes(found)


def test_what_pillow_writes() -> None:
    pictures = [Image.new("P", (30, 20), color) for color in range(3)]
    for number, picture in enumerate(pictures):
        picture.putpixel((number, 0), 9)
    out = io.BytesIO()
    pictures[0].save(
        out, "GIF", save_all=True, append_images=pictures[1:], duration=[50, 60, 70], loop=4
    )
    found = extract(out.getvalue())
    assert found.animation == Animation(3, 4, 180, (50, 60, 70))
    assert (found.image.width, found.image.height, codes(found)) == (30, 20, [])
