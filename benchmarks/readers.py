"""One reader over a list of files, in a process of its own: `readers.py NAME LIST`.

It prints files a second and the most memory that the process had, in MB, as JSON. Files are read
once beforehand, so that all readers find them in memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LEAST_SECONDS = 1.5


def ours() -> Callable[[str], Any]:
    from service.metadata import extract

    return extract


def ours_as_json() -> Callable[[str], Any]:
    from service.metadata import extract
    from service.metadata.serialise import to_json

    return lambda path: json.dumps(to_json(extract(path)), allow_nan=False)


def pillow_open() -> Callable[[str], Any]:
    from PIL import Image

    def read(path: str) -> Any:
        with Image.open(path) as image:
            return image.size

    return read


def pillow_exif() -> Callable[[str], Any]:
    from PIL import Image

    def read(path: str) -> Any:
        with Image.open(path) as image:
            exif = image.getexif()
            return image.size, dict(exif), dict(exif.get_ifd(0x8769)), dict(exif.get_ifd(0x8825))

    return read


def pyvips() -> Callable[[str], Any]:
    import pyvips

    def read(path: str) -> Any:
        image = pyvips.Image.new_from_file(path)
        return [image.get(name) for name in image.get_fields()]

    return read


def exifread() -> Callable[[str], Any]:
    import exifread

    def read(path: str) -> Any:
        with Path(path).open("rb") as file:
            return exifread.process_file(file, details=False)

    return read


def imagesize() -> Callable[[str], Any]:
    import imagesize

    return lambda path: imagesize.get(path)


READERS = {
    "imgmeta": ours,
    "imgmeta, JSON": ours_as_json,
    "Pillow open": pillow_open,
    "Pillow open + EXIF": pillow_exif,
    "pyvips": pyvips,
    "exifread": exifread,
    "imagesize": imagesize,
}


def main() -> None:
    """Read every file again and again for `LEAST_SECONDS`, and print the figures."""
    read = READERS[sys.argv[1]]()
    paths = Path(sys.argv[2]).read_text().splitlines()
    failed = sum(not _try(read, path) for path in paths)
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < LEAST_SECONDS:
        for path in paths:
            _try(read, path)
        count += len(paths)
    rate = count / (time.perf_counter() - begun)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rate": rate, "memory": memory, "failed": failed}))


def _try(read: Callable[[str], Any], path: str) -> bool:
    """Tell whether the file was read: exifread and Pillow raise for some that they do not know."""
    try:
        read(path)
    except Exception:  # whatever a peer raises
        return False
    return True


if __name__ == "__main__":
    main()
