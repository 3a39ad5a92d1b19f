"""Draw examples/photo.jpg: a sea at dusk, with the metadata that a camera would write.

Drawn, not taken, so that it shows nobody and belongs to this project. Run it from the project's
folder: .venv/bin/python examples/draw_photo.py
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter
from PIL.TiffImagePlugin import IFDRational

WIDTH, HEIGHT = 1620, 1080
HORIZON = 640
SUN = (1080, 560)


def draw() -> Image.Image:
    """The picture: sky, sun, its path on the water, two headlands."""
    image = Image.new("RGB", (WIDTH, HEIGHT))
    pen = ImageDraw.Draw(image)
    for y in range(HEIGHT):
        pen.line([(0, y), (WIDTH, y)], fill=_row_colour(y))
    glow = Image.new("L", image.size)
    for radius in range(420, 0, -4):
        light = int(190 * (1 - radius / 420) ** 2)
        ImageDraw.Draw(glow).circle(SUN, radius, fill=light)
    image.paste((255, 214, 150), mask=glow.filter(ImageFilter.GaussianBlur(12)))
    pen.circle(SUN, 46, fill=(255, 240, 206))
    for y in range(HORIZON, HEIGHT, 3):
        half = 26 + (y - HORIZON) * 0.42
        shift = math.sin(y * 0.31) * half * 0.35
        left = SUN[0] + shift - half * abs(math.sin(y * 1.7))
        pen.line([(left, y), (SUN[0] + shift + half * 0.5, y)], fill=(246, 190, 128))
    pen.polygon(_headland(0, 900, 54), fill=(70, 58, 84))
    pen.polygon(_headland(0, 560, 120), fill=(44, 38, 62))
    return image.filter(ImageFilter.GaussianBlur(0.8))


def _row_colour(y: int) -> tuple[int, int, int]:
    top, low = ((38, 52, 102), (247, 156, 102)) if y < HORIZON else ((150, 98, 96), (22, 30, 58))
    start, end = (0, HORIZON) if y < HORIZON else (HORIZON, HEIGHT)
    part = ((y - start) / (end - start)) ** 0.8
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(top, low, strict=True))
    return red, green, blue


def _headland(left: int, right: int, height: int) -> list[tuple[float, float]]:
    ridge = [
        (
            x,
            HORIZON
            - height * (1 - ((x - left) / (right - left)) ** 1.7) * (0.9 + 0.1 * math.sin(x)),
        )
        for x in range(left, right, 6)
    ]
    return [(left, HORIZON), *ridge, (right, HORIZON)]


def write_exif() -> Image.Exif:
    """What a camera would say: who made it, how it was exposed, when, and where (open sea)."""
    exif = Image.Exif()
    exif.update({271: "Example", 272: "Model 1", 274: 1, 282: 300.0, 283: 300.0, 296: 2,
                 306: "2026:06:21 21:14:05"})  # fmt: skip
    exif.get_ifd(0x8769).update({
        33434: IFDRational(1, 125), 33437: IFDRational(8), 34850: 3, 34855: 200,
        36867: "2026:06:21 21:14:05", 36868: "2026:06:21 21:14:05",
        36881: "+00:00", 37386: IFDRational(35), 41989: 35,
        42035: "Example", 42036: "Example 35mm F2.8", 40961: 1,
    })  # fmt: skip
    exif.get_ifd(0x8825).update({
        1: "N", 2: (30.0, 15.0, 0.0), 3: "W", 4: (40.0, 30.0, 0.0), 5: b"\x00", 6: 12.0,
        29: "2026:06:21",
    })  # fmt: skip
    return exif


if __name__ == "__main__":
    draw().save(Path(__file__).with_name("photo.jpg"), quality=82, progressive=True,
                subsampling="4:2:0", exif=write_exif(), dpi=(300, 300))  # fmt: skip
