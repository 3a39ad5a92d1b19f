"""What a summary and a report keep of each file: little, whatever the file holds.

An `Entry` is made where the file was read, which may be another process.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from imgmeta_cli.inspect_camera import describe_camera
from imgmeta_cli.inspect_words import clean
from service.metadata.model import Exif, ImageMetadata, Location

_LONGEST_PATH: Final = 4096
_LONGEST_NAME: Final = 60
_LONGEST_CAUSE: Final = 240


@dataclass(frozen=True, slots=True)
class Entry:
    """One image. Sizes are bytes; `width` and `height` are pixels as the picture is shown.

    `taken` is the camera's local time as "2024-05-06 07:08"; `position` is latitude and longitude
    in decimal degrees. `thumbnail` is a JPEG stream out of the file, to be turned as `orientation`
    says (1 to 8; CIPA DC-008, 4.6.4).
    """

    path: str
    size: int
    format: str
    width: int | None
    height: int | None
    camera: str | None
    taken: str | None
    position: tuple[float, float] | None
    orientation: int
    thumbnail: bytes | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is no image or could not be read, and in one line why."""

    path: str
    cause: str


Found: TypeAlias = Entry | Unreadable


def make_entry(path: str, metadata: ImageMetadata, *, thumbnail: bytes | None = None) -> Entry:
    """Give the little that is kept of the image at `path`.

    `thumbnail` is what `extract_with_thumbnail` gave, or None where nobody will look at it.
    """
    image, exif = metadata.image, metadata.exif
    words = dict(describe_camera(exif or Exif()))
    return Entry(
        path=_spell(path),
        size=metadata.file.size,
        format=clean(metadata.file.format, longest=_LONGEST_NAME),
        width=image.display_width,
        height=image.display_height,
        camera=clean(words.get("Camera", ""), longest=_LONGEST_NAME) or None,
        taken=_read_time(words.get("Taken", "")),
        position=_read_position(metadata.location),
        orientation=image.orientation or 1,
        thumbnail=thumbnail,
    )


def make_unreadable(path: str, cause: str) -> Unreadable:
    """Give what is kept of a file that could not be read."""
    return Unreadable(_spell(path), clean(cause, longest=_LONGEST_CAUSE))


def _spell(path: str) -> str:
    """A path in which nothing steers a terminal, turns the direction of text, or is no text."""
    return "".join(
        sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for sign in path[-_LONGEST_PATH:]
    )


def _read_time(words: str) -> str | None:
    """A date of the calendar to the minute; cameras without a clock write others."""
    try:
        return datetime.fromisoformat(words[:19]).isoformat(" ", "minutes")
    except ValueError:
        return None


def _read_position(location: Location | None) -> tuple[float, float] | None:
    if location is None or location.latitude is None or location.longitude is None:
        return None
    on_earth = abs(location.latitude) <= 90 and abs(location.longitude) <= 180
    return (location.latitude, location.longitude) if on_earth else None
