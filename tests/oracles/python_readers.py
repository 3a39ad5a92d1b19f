"""What Pillow, tifffile and Exiv2 say of files: paths on stdin, JSON on stdout.

It runs in `.venv-oracles`, the environment of the oracles alone, and imports nothing of ours.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import Any


def ask_pillow(path: str) -> dict[str, Any]:
    """Open a file with Pillow and walk over its frames."""
    from PIL import Image, ImageCms, ImageSequence

    Image.MAX_IMAGE_PIXELS = None
    with Image.open(path) as picture:
        size, profile, info = picture.size, picture.info.get("icc_profile"), dict(picture.info)
        found: dict[str, Any] = {
            "format": picture.format,
            "size": size,
            "mode": picture.mode,
            "alpha": picture.has_transparency_data,
            "frames": getattr(picture, "n_frames", 1),
            "dpi": [float(value) for value in info.get("dpi", ())],
            "orientation": picture.getexif().get(0x0112),
            "loop": info.get("loop"),
            "progressive": bool(info.get("progressive") or info.get("progression")),
            "interlace": info.get("interlace"),
            "compression": info.get("compression"),
        }
        if profile:
            opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            found["icc"] = ImageCms.getProfileDescription(opened).strip()
        if found["frames"] > 1 and picture.format in ("GIF", "PNG", "WEBP", "AVIF"):
            frames = ImageSequence.Iterator(picture)
            found["durations"] = [_duration(frame) for frame in frames]
    return found


def _duration(frame: Any) -> float:
    frame.load()
    return float(frame.info.get("duration", 0))


def ask_tifffile(path: str) -> dict[str, Any]:
    """Read the first page's tags, the number of pages, and the structure of a TIFF file."""
    import tifffile  # type: ignore[import-not-found]  # of .venv-oracles alone

    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        return {
            "width": page.imagewidth,
            "height": page.imagelength,
            "bits": page.bitspersample,
            "samples": page.samplesperpixel,
            "format": int(page.sampleformat),
            "compression": int(page.compression),
            "photometric": int(page.photometric) if page.photometric is not None else None,
            "planar": int(page.planarconfig),
            "predictor": int(page.predictor),
            "tiled": page.is_tiled,
            "tile": [page.tilewidth, page.tilelength],
            "big": file.is_bigtiff,
            "order": file.byteorder,
            "pages": len(file.pages),
        }


def ask_exiv2(path: str) -> dict[str, Any]:
    """Read EXIF, IPTC, XMP and the coded size with Exiv2, values as it prints them raw."""
    import pyexiv2  # type: ignore[import-not-found]  # of .venv-oracles alone

    pyexiv2.set_log_level(4)
    with pyexiv2.Image(path) as image:
        return {
            "exif": image.read_exif(),
            "iptc": image.read_iptc(),
            "xmp": image.read_xmp(),
            "width": image.get_pixel_width(),
            "height": image.get_pixel_height(),
            "kind": image.get_mime_type(),
            "comment": image.read_comment(),
        }


ORACLES: dict[str, Callable[[str], dict[str, Any]]] = {
    "pillow": ask_pillow,
    "tifffile": ask_tifffile,
    "exiv2": ask_exiv2,
}


def main() -> None:
    """Ask each oracle about each file; one that fails on a file has no answer for it."""
    answers: dict[str, dict[str, Any]] = {name: {} for name in ORACLES}
    for path in sys.stdin.read().splitlines():
        for name, ask in ORACLES.items():
            try:
                answers[name][path] = ask(path)
            except Exception as error:  # a reader may raise anything on a file it does not take
                print(f"{name}: {path}: {error}", file=sys.stderr)
    json.dump(answers, sys.stdout, default=str)


if __name__ == "__main__":
    main()
