"""The pictures that the encoders are given, made by Pillow: a gradient, which no palette fits."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image, ImageCms

from tests.image_bytes import XMP, exif_block
from tests.images import PROFILE

SIZE: Final = (48, 32)


def gradient(size: tuple[int, int], *, shift: int = 0) -> Image.Image:
    """Give a picture whose red grows to the right, its green downwards, its blue by `shift`."""
    width, height = size
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (across, down, Image.new("L", size, shift)))


def make_sources(folder: Path) -> None:
    """Write every source into `folder`."""
    rgb, small = gradient(SIZE), Image.linear_gradient("L").resize(SIZE)
    gray = rgb.convert("L")
    rgba = rgb.copy()
    rgba.putalpha(small)
    for name, picture in (("rgb", rgb), ("gray", gray), ("rgba", rgba)):
        picture.save(folder / f"{name}.png")
    rgb.save(folder / "rgb.ppm")
    gray.save(folder / "gray.pgm")
    rgb.save(folder / "rgb.tif", dpi=(300, 300))
    gray.save(folder / "gray.tif")
    gray.convert("1").save(folder / "bilevel.tif")
    rgb.convert("CMYK").save(folder / "cmyk.tif")
    gradient((200, 150)).save(folder / "large.png")
    for number in (1, 2, 3):
        frame = gradient(SIZE, shift=80 * number)
        frame.save(folder / f"frame-{number}.png")
        frame.quantize(16).save(folder / f"frame-{number}.gif")
    for number in (1, 2):
        gradient((64, 64), shift=100 * number).save(folder / f"tile-{number}.png")
    for side in (16, 32, 256):
        icon = gradient((side, side))
        icon.putalpha(Image.linear_gradient("L").resize((side, side)))
        icon.save(folder / f"icon-{side}.png")
    width, height = SIZE
    (folder / "yuv420.yuv").write_bytes(bytes(width * height * 3 // 2))
    (folder / "display.icc").write_bytes(PROFILE)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    rgb.save(folder / "camera.jpg", exif=b"Exif\0\0" + exif_block(), icc_profile=srgb, xmp=XMP)
