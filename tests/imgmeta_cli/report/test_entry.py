"""What is kept of one file: enough for a report, little whatever the file holds."""

from __future__ import annotations

import pickle
from dataclasses import asdict, replace

import pytest

from imgmeta_cli.report.entry import Entry, make_entry, make_unreadable
from service.metadata import extract, limits
from service.metadata.model import Location
from service.metadata.thumbnails import extract_with_thumbnail
from tests.image_bytes import chunk, exif_block, jpeg_file, png_file, segment
from tests.images import encode
from tests.images import test_images as make_images
from tests.service.metadata.tiff_files import Field, build_tiff, pointer, text

SMALL = encode("JPEG", size=(8, 6))


def entry_of(content: bytes, path: str = "photo.jpg") -> Entry:
    metadata, thumbnail = extract_with_thumbnail(content)
    return make_entry(path, metadata, thumbnail=thumbnail)


def taken_at(value: str) -> bytes:
    """A picture with this DateTimeOriginal."""
    fields: tuple[Field, ...] = (text(0x9003, value),)
    return png_file(chunk(b"eXIf", build_tiff((pointer(0x8769, fields),))))


def test_a_photo_of_a_camera() -> None:
    content = jpeg_file(segment(0xE1, b"Exif\0\0" + exif_block(thumbnail=SMALL)))
    entry = entry_of(content)
    assert asdict(entry) == {
        "path": "photo.jpg",
        "size": len(content),
        "format": "JPEG",
        "width": 30,
        "height": 40,
        "camera": "Example Model 1",
        "taken": "2024-05-06 07:08",
        "position": pytest.approx((38.71, -9.14), abs=0.001),
        "orientation": 6,
        "thumbnail": SMALL,
    }


def test_what_is_not_known_is_none() -> None:
    entry = entry_of(encode("PNG"))
    assert (entry.camera, entry.taken, entry.position, entry.thumbnail) == (None,) * 4
    assert entry.orientation == 1


@pytest.mark.parametrize("name", make_images())
def test_it_goes_to_another_process(name: str) -> None:
    entry = make_entry(name, extract(make_images()[name]))
    assert pickle.loads(pickle.dumps(entry)) == entry


def test_a_hostile_file_is_kept_small() -> None:
    long = "\N{GRINNING FACE}" * 10_000
    fields = (text(0x010F, long), text(0x0110, long), text(0x0132, long))
    content = png_file(chunk(b"eXIf", build_tiff(fields)))
    entry = make_entry(long, extract(content), thumbnail=bytes(limits.THUMBNAIL_BYTES))
    assert entry.camera is not None
    assert len(pickle.dumps(entry)) < limits.THUMBNAIL_BYTES + 32_000
    assert len(pickle.dumps(make_unreadable(long, long))) < 32_000


@pytest.mark.parametrize(
    "value", ["0000:00:00 00:00:00", "2024:02:30 10:00:00", "2024:05:06 25:00:00", "soon", "1"]
)
def test_a_date_that_no_calendar_has(value: str) -> None:
    assert entry_of(taken_at(value)).taken is None


def test_a_date_without_a_time() -> None:
    assert entry_of(taken_at("2024:05:06")).taken == "2024-05-06 00:00"


@pytest.mark.parametrize(
    ("place", "position"),
    [
        (Location(-90.0, 180.0, None), (-90.0, 180.0)),
        (Location(-500.0, 9.0, None), None),
        (Location(38.0, float("-inf"), None), None),
        (Location(float("nan"), 9.0, None), None),
        (Location(None, None, 8.0), None),
    ],
)
def test_a_position_is_one_on_earth(place: Location, position: tuple[float, float] | None) -> None:
    assert make_entry("a", replace(extract(SMALL), location=place)).position == position


@pytest.mark.parametrize("sign", ["\x1b", "\n", "\u202e", "\udce4", "\x9b"])
def test_a_path_that_would_steer_a_terminal(sign: str) -> None:
    path = f"a{sign}b"
    for shown in (make_entry(path, extract(SMALL)).path, make_unreadable(path, path).path):
        assert shown == "a\N{REPLACEMENT CHARACTER}b"
    assert make_unreadable(path, path).cause == "a b"


def test_a_path_keeps_its_spaces_and_letters() -> None:
    path = "summer  2024/Žižkov 東京.jpg"
    assert make_entry(path, extract(SMALL)).path == path
