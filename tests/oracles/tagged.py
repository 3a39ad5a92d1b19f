"""Files whose tags ExifTool writes: all of `tags.args` in each format, and variants in JPEG."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from tests.oracles.asking import run

_TAGS: Final = Path(__file__).with_name("tags.args")
_TARGETS: Final[dict[str, str]] = {
    "tagged.jpg": "444.jpg",
    "tagged.png": "rgb.png",
    "tagged.webp": "q80.webp",
    "tagged.tif": "lzw.tif",
    "tagged-big-endian.tif": "big-endian.tif",
    "tagged.heic": "single.heic",
    "tagged.avif": "420.avif",
    "tagged.jxl": "container.jxl",
    "tagged.jp2": "reversible.jp2",
    "tagged.psd": "rgb.psd",
    "tagged.gif": "frame-1.gif",
}
_VARIANTS: Final[dict[str, tuple[str, ...]]] = {
    "big-endian-unicode.jpg": ("-ExifByteOrder=MM", "-UserComment=Olá, mundo", "-GPSLatitude=1.5",
                               "-GPSLatitudeRef=N"),
    "unknown-distance.jpg": ("-SubjectDistance=inf", "-FNumber=undef",
                             "-LensInfo=24 70 undef undef"),
    "west-only.jpg": ("-GPSLongitude=9.13", "-GPSLongitudeRef=W"),
    "north-pole.jpg": ("-GPSLatitude=90", "-GPSLatitudeRef=N", "-GPSLongitude=180",
                       "-GPSLongitudeRef=E", "-GPSAltitude=0", "-GPSAltitudeRef=0"),
    "latin-caption.jpg": ("-IPTC:Caption-Abstract=Olá", "-IPTC:By-line=Sá", "-IPTC:By-line=Rui",
                          "-charset", "iptc=latin"),
    "file-comment.jpg": ("-Comment=Olá from a comment",),
    "jfif-and-exif.jpg": ("-JFIF:XResolution=72", "-JFIF:YResolution=72", "-JFIF:ResolutionUnit=1",
                          "-IFD0:XResolution=300", "-IFD0:YResolution=300",
                          "-IFD0:ResolutionUnit=2"),
    **{f"orientation-{n}.jpg": (f"-IFD0:Orientation#={n}",) for n in range(1, 9)},
}  # fmt: skip
_TURNED: Final = {
    "orientation-6.tif": "lzw.tif",
    "orientation-6.png": "rgb.png",
    "orientation-6.webp": "q80.webp",
    "orientation-6.jxl": "container.jxl",
}


def write_tagged(folder: Path) -> None:
    """Write the tagged files into `folder`, beside the files that they are made of."""
    for name, source in _TARGETS.items():
        _tag(folder, name, source, ["-@", str(_TAGS)])
    for name, arguments in _VARIANTS.items():
        _tag(folder, name, "444.jpg", ["-n", *arguments])
    for name, source in _TURNED.items():
        _tag(folder, name, source, ["-n", "-IFD0:Orientation=6"])


def _tag(folder: Path, name: str, source: str, arguments: list[str]) -> None:
    """Copy `source` and let ExifTool write. It takes arguments by lines, not by a shell's rules."""
    target = folder / name
    shutil.copyfile(folder / source, target)
    run("exiftool", "-overwrite_original", "-m", "-q", *arguments, str(target))
    if target.read_bytes() == (folder / source).read_bytes():
        raise RuntimeError(f"ExifTool wrote nothing into {name}")
