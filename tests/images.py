"""Every test image by name: small files of each format and each kind of metadata.

`test_images()` is for tests over all of them; those of one format build what they need.
"""

from __future__ import annotations

import io
import zlib
from functools import cache
from typing import Any

from PIL import Image

from tests.image_bytes import (
    IPTC,
    XMP,
    chunk,
    exif_block,
    frame,
    frame_control,
    gif_extension,
    gif_file,
    gif_frame,
    icc_profile,
    jpeg_file,
    localized,
    photoshop,
    png_file,
    riff,
    segment,
)
from tests.service.metadata.heif_files import (
    Item,
    av1,
    clap,
    heif,
    hevc,
    movie,
    size_of,
    turn,
)
from tests.service.metadata.other_files import bitmap, icon, psd_file
from tests.service.metadata.tiff_files import build_tiff, long, picture, pointer

PROFILE = icc_profile(localized(("deDE", "Bildschirm"), ("enUS", "Display")))


def encode(kind: str, mode: str = "RGB", size: tuple[int, int] = (16, 12), **options: Any) -> bytes:
    """A picture of one colour, as Pillow writes it."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


@cache
def test_images() -> dict[str, bytes]:
    """Every test image by the name of a file."""
    return {**_jpegs(), **_pngs(), **_gifs(), **_webps(), **_tiffs(), **_heifs(), **_others()}


test_images.__test__ = False  # type: ignore[attr-defined]  # its name begins like that of a test


def _jpegs() -> dict[str, bytes]:
    exif = b"Exif\0\0" + exif_block(thumbnail=encode("JPEG", size=(8, 6)))
    icc = b"ICC_PROFILE\0"
    half = len(PROFILE) // 2
    resources = photoshop(
        (0x0404, IPTC), (0x03ED, bytes.fromhex("00480000000100010048000000010001"))
    )
    return {
        "baseline.jpg": encode("JPEG"),
        "progressive.jpg": encode("JPEG", progressive=True, subsampling=1),
        "grey.jpg": encode("JPEG", "L", dpi=(300, 300), comment="grey"),
        "cmyk.jpg": encode("JPEG", "CMYK"),
        "camera.jpg": jpeg_file(segment(0xE1, exif)),
        "camera-big-endian.jpg": jpeg_file(segment(0xE1, b"Exif\0\0" + exif_block(order=">"))),
        "profile.jpg": jpeg_file(
            segment(0xE2, icc + b"\2\2" + PROFILE[half:]),
            segment(0xE2, icc + b"\1\2" + PROFILE[:half]),
        ),
        "editor.jpg": jpeg_file(
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
            segment(0xED, b"Photoshop 3.0\0" + resources),
            segment(0xEE, b"Adobe\0\x64\0\0\0\0\1"),
            segment(0xFE, b"a comment"),
        ),
        "lossless.jpg": jpeg_file(sof=frame(0xC3, precision=12, factors=((1, 1),))),
        "dnl.jpg": jpeg_file(sof=frame(size=(40, 0)), scan=b"\1\2" + segment(0xDC, b"\0\x1e")),
        "trailing.jpg": jpeg_file() + b"\0\0\0\x18ftypmp42" + bytes(20),
    }


def _pngs() -> dict[str, bytes]:
    text = chunk(b"iTXt", b"Title\0\1\0pt\0\0" + zlib.compress("Olá".encode()))
    late = chunk(b"eXIf", exif_block(order=">")) + chunk(b"tEXt", b"Software\0test")
    delays = [frame_control(number, 25 + 75 * number, 1000) for number in (0, 1)]
    return {
        "rgb.png": encode("PNG", dpi=(72, 72)),
        "grey-1-bit.png": encode("PNG", "1"),
        "palette-4-bit.png": encode("PNG", "P", bits=4, transparency=0),
        "grey-16-bit.png": encode("PNG", "I;16"),
        "interlaced.png": png_file(interlace=1, color=6),
        "text.png": png_file(
            text, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"packed")), after=late
        ),
        "colors.png": png_file(
            chunk(b"cICP", bytes([9, 16, 0, 1])), chunk(b"gAMA", (45455).to_bytes(4, "big")),
            chunk(b"iCCP", b"name\0\0" + zlib.compress(PROFILE)),
            chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
        ),
        "animated.png": png_file(chunk(b"acTL", b"\0\0\0\2\0\0\0\5"), delays[0], after=delays[1]),
    }  # fmt: skip


def _gifs() -> dict[str, bytes]:
    loop = gif_extension(b"NETSCAPE2.0", b"\1\3\0")
    magic = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    return {
        "still.gif": encode("GIF", "P"),
        "canvas.gif": gif_file(gif_frame(packed=0xC2), packed=0x11, version=b"87a"),
        "animated.gif": gif_file(loop, gif_frame(delay=10), gif_frame(delay=25, transparent=True)),
        "comment.gif": gif_file(
            b"!\xfe\5hello\0", gif_extension(b"ICCRGBG1012", PROFILE), gif_frame()
        ),
        "xmp.gif": gif_file(b"!\xff\x0bXMP DataXMP" + XMP + magic, gif_frame()),
    }


def _webps() -> dict[str, bytes]:
    lossy, lossless = encode("WEBP"), encode("WEBP", "RGBA", lossless=True)
    bitstream = lossy[20 : 20 + int.from_bytes(lossy[16:20], "little")]
    extended = bytes([0x2C, 0, 0, 0, 15, 0, 0, 11, 0, 0])
    pictures = [Image.new("RGB", (16, 12), color) for color in ("red", "blue")]
    out = io.BytesIO()
    pictures[0].save(out, "WEBP", save_all=True, append_images=pictures[1:], duration=40, loop=2)
    return {
        "lossy.webp": lossy,
        "lossless.webp": lossless,
        "extended.webp": riff(
            (b"VP8X", extended), (b"ICCP", PROFILE), (b"VP8 ", bitstream),
            (b"EXIF", exif_block()), (b"XMP ", XMP),
        ),
        "animated.webp": out.getvalue(),
        "huge.webp": riff((b"VP8L", b"\x2f" + (0x0FFFFFFF).to_bytes(4, "little") + b"\0")),
    }  # fmt: skip


def _tiffs() -> dict[str, bytes]:
    return {
        "little-endian.tif": build_tiff(picture()),
        "big-endian.tif": build_tiff(picture(), order=">"),
        "bigtiff.tif": build_tiff(picture(), picture(), big=True),
        "sub-images.tif": build_tiff(picture(pointer(330, picture(long(254, 1))))),
        "lzw.tif": encode("TIFF", compression="tiff_lzw"),
        "jpeg.tif": encode("TIFF", compression="jpeg"),
        "float.tif": encode("TIFF", "F"),
    }


def _heifs() -> dict[str, bytes]:
    picture = Item(b"hvc1", (size_of(400, 300), hevc(), turn(1)), b"data")
    exif = Item(b"Exif", (), b"\0\0\0\0" + exif_block(), [(b"cdsc", [1])])
    small = Item(b"hvc1", (size_of(40, 30),), b"small", [(b"thmb", [1])])
    grid = Item(b"grid", (size_of(800, 600), clap(700, 500)), b"", [(b"dimg", [2, 3])])
    tile = Item(b"av01", (size_of(400, 600), av1()), b"t", hidden=True)
    return {
        "turned.heic": heif(picture, exif, small, Item(b"mime", (), XMP, [(b"cdsc", [1])])),
        "grid.avif": heif(grid, tile, tile, brands=(b"avif", b"mif1")),
        "sequence.avif": heif(picture, brands=(b"avis", b"avif"), more=movie([40, 60])),
    }


def _others() -> dict[str, bytes]:
    return {
        "rgb.bmp": encode("BMP", dpi=(96, 96)),
        "palette.bmp": encode("BMP", "P"),
        "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg' width='4cm' viewBox='0 0 4 3'/>",
        "small.jxl": bytes.fromhex("ff0a4f02"),
        "pixels.jp2": encode("JPEG2000", "RGBA"),
        "icon.ico": icon((16, 16, bitmap(16, 16, 4)), (0, 0, png_file(size=(256, 256), color=6))),
        "layers.psd": psd_file(layers=2, resources=photoshop((0x0404, IPTC), (0x0424, XMP))),
        "pixels.ppm": encode("PPM"),
        "pixels.dds": encode("DDS", "RGBA", size=(4, 4)),
        "pixels.tga": encode("TGA"),
    }
