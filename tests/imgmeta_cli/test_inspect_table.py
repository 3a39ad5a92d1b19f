"""The table of one image, as a person sees it in a terminal of 80 columns."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from imgmeta_cli.inspect_camera import name_exposure_time
from imgmeta_cli.inspect_groups import group_facts
from imgmeta_cli.inspect_words import (
    TIMES,
    clean,
    name_exact_size,
    name_milliseconds,
    name_orientation,
    name_resolution,
    name_size,
)
from service.metadata import extract
from service.metadata.model import Resolution
from tests.images import test_images as make_images
from tests.imgmeta_cli.helpers import ROOT, imgmeta

PHOTO = ROOT / "examples" / "photo.jpg"


def rows(content: bytes) -> dict[tuple[str, str], str]:
    """The facts of an image by group and label."""
    groups = group_facts(extract(content))
    return {(group.title, label): value for group in groups for label, value in group.rows}


def save(kind: str, image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo_with(tags: dict[int, Any], camera: dict[int, Any], place: dict[int, Any]) -> bytes:
    exif = Image.Exif()
    exif.update(tags)
    exif.get_ifd(0x8769).update(camera)
    exif.get_ifd(0x8825).update(place)
    return save("JPEG", Image.new("RGB", (40, 30)), exif=exif)


def test_the_example_in_80_columns() -> None:
    run = imgmeta("inspect", str(PHOTO), COLUMNS="80")
    lines = run.out.splitlines()
    assert run.code == 0
    assert lines[0] == str(PHOTO)
    assert max(map(len, lines)) <= 80
    titles = [line.split()[0] for line in lines[1:] if re.match(r"\w", line)]
    assert titles[:4] == ["File", "Image", "Encoding", "Colour"]
    assert "Location" in titles


def test_long_texts_are_folded_and_nothing_is_lost_at_80_columns(tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(25))
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo_with({0x010E: words}, {}, {}))
    lines = imgmeta("inspect", str(path), COLUMNS="80").out.splitlines()
    assert max(map(len, lines[1:])) <= 80
    start = next(number for number, line in enumerate(lines) if "Description" in line)
    shown = " ".join(lines[start:]).replace("Description", "").split()
    assert [word for word in shown if word.startswith("word")] == words.split()


def test_how_a_picture_was_taken() -> None:
    camera = {
        0x829A: IFDRational(1, 125), 0x829D: IFDRational(8, 1), 0x8827: 200,
        0x9204: IFDRational(-1, 3), 0x920A: IFDRational(50, 1), 0xA405: 75, 0x9207: 5, 0x8822: 3,
        0x9209: 0x59, 0x9003: "2026:05:30 15:56:01", 0x9011: "+02:00", 0xA434: "EF 50mm",
    }  # fmt: skip
    found = rows(photo_with({0x010F: "Example", 0x0110: "Camera 1"}, camera, {}))
    assert found["Camera", "Exposure"] == "1/125 s, f/8, ISO 200, -0.33 EV"
    assert found["Camera", "Focal length"] == "50 mm (75 mm on 35 mm film)"
    assert found["Camera", "Camera"] == "Example Camera 1"
    assert found["Camera", "Lens"] == "EF 50mm"
    assert found["Camera", "Taken"] == "2026-05-30 15:56:01 +02:00"
    assert found["Camera", "Program"] == "aperture priority"
    assert found["Camera", "Metering"] == "pattern"
    assert found["Camera", "Flash"] == "fired, auto, red-eye reduction"


def test_a_maker_is_not_named_twice() -> None:
    found = rows(photo_with({0x010F: "NIKON CORPORATION", 0x0110: "NIKON D70"}, {}, {}))
    assert found["Camera", "Camera"] == "NIKON D70"


def test_a_place() -> None:
    place = {
        1: "N", 2: (50.0, 30.0, 0.0), 3: "W", 4: (10.0, 15.0, 0.0), 5: b"\1", 6: 12.5,
    }  # fmt: skip
    found = rows(photo_with({}, {}, place))
    assert found["Location", "Position"] == "50.500000, -10.250000"
    assert found["Location", "Altitude"] == "12.5 m below sea level"


def test_an_orientation_that_turns() -> None:
    found = rows(photo_with({0x0112: 6}, {}, {}))
    assert found["Image", "Size"] == f"40 {TIMES} 30 pixels"
    assert found["Image", "Orientation"] == "6, turn 90° clockwise"
    assert found["Image", "Shown as"] == f"30 {TIMES} 40 pixels"


def test_what_is_absent_has_no_line() -> None:
    found = rows(save("PNG", Image.new("RGB", (4, 4))))
    assert {group for group, _ in found} == {"File", "Image", "Encoding", "Colour"}
    assert ("Image", "Orientation") not in found


def test_an_encoding_and_its_quality() -> None:
    found = rows(save("JPEG", Image.effect_noise((64, 64), 60).convert("RGB"), quality=90))
    assert found["Encoding", "Compression"] == "JPEG, lossy"
    assert found["Encoding", "Process"] == "baseline DCT, Huffman coding"
    assert found["Encoding", "Subsampling"] == "4:2:0"
    assert found["Encoding", "Quality"] == "about 90 of 100"


def test_tiff_and_its_pages() -> None:
    pages = [Image.new("RGB", (9, 8)), Image.new("L", (7, 6))]
    found = rows(save("TIFF", pages[0], save_all=True, append_images=pages[1:]))
    assert found["Encoding", "Compression"] == "none"
    assert found["Encoding", "Layout"] == "strips of 8 rows"
    assert found["Pages", "2"] == f"7 {TIMES} 6, Uncompressed"


def test_many_pages_are_shortened() -> None:
    pages = [Image.new("1", (8, 8))] * 30
    found = rows(save("TIFF", pages[0], save_all=True, append_images=pages[1:]))
    assert found["Pages", "…"] == "18 more, all in --json"


def test_an_animation() -> None:
    pictures = [Image.new("RGB", (9, 9), color) for color in ("red", "blue")]
    data = save("WEBP", pictures[0], save_all=True, append_images=pictures[1:], duration=1200,
                loop=0)  # fmt: skip
    found = rows(data)
    assert found["Animation", "Frames"] == "2"
    assert found["Animation", "Duration"] == "2.4 s"
    assert found["Animation", "Loops"] == "for ever"


def test_damage_is_told() -> None:
    found = rows(save("PNG", Image.new("RGB", (4, 4)))[:-12])
    assert found["Warnings", "no-end"] == "the IEND chunk is missing"


def test_a_text_of_the_file_is_text_and_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo_with({0x010E: "[red]one[/red]\x1b[31m two\nthree"}, {}, {}))
    run = imgmeta("inspect", str(path), COLUMNS="80", FORCE_COLOR="")
    assert "[red]one[/red] [31m two three" in run.out
    assert "\x1b" not in run.out


@pytest.mark.parametrize(
    ("size", "short"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (2_413_220, "2.4 MB"),
     (999_400, "999 kB"), (999_600, "1.0 MB"), (150_000_000, "150 MB"), (3 * 10**12, "3.0 TB")],
)  # fmt: skip
def test_sizes(size: int, short: str) -> None:
    assert name_size(size) == short


def test_a_size_to_the_byte() -> None:
    assert name_exact_size(12) == "12 bytes"
    assert name_exact_size(2_413_220) == "2.4 MB (2,413,220 bytes)"


@pytest.mark.parametrize(
    ("resolution", "words"),
    [
        (Resolution(300, 300, "inch"), "300 dpi"),
        (Resolution(300, 150, "inch"), f"300 {TIMES} 150 dpi"),
        (Resolution(118.11, 118.11, "cm"), "118.11 pixels/cm (300 dpi)"),
        (Resolution(2835, 2835, "m"), "2835 pixels/m (72 dpi)"),
        (Resolution(1, 1, None), None),
        (Resolution(4, 3, None), "pixels of the shape 4:3"),
    ],
)
def test_resolutions(resolution: Resolution, words: str | None) -> None:
    assert name_resolution(resolution) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1 / 125, "1/125 s"), (1 / 8000, "1/8000 s"), (0.25, "1/4 s"), (0.5, "0.5 s"), (30, "30 s")],
)
def test_exposure_times(seconds: float, words: str) -> None:
    assert name_exposure_time(seconds) == words


@pytest.mark.parametrize(
    ("value", "words"), [(80, "80 ms"), (2400, "2.4 s"), (200_000, "3 min 20 s")]
)
def test_times(value: float, words: str) -> None:
    assert name_milliseconds(value) == words


def test_all_orientations_have_words() -> None:
    assert len({name_orientation(number) for number in range(1, 9)}) == 8


def test_a_clean_text_is_one_line_of_printable_signs() -> None:
    assert clean("a\x1b\t b\u202e\n\0c") == "a b c"
    assert clean("word " * 100, longest=10) == "word word…"


def test_an_animation_whose_frames_are_not_counted() -> None:
    """JPEG XL: its header has the loops, but only decoding would count the frames."""
    animated = rows(bytes.fromhex("ff0a8904c30300c8"))
    assert animated[("Animation", "Frames")] == "not counted"
    assert animated[("Animation", "Loops")] == "7"


@pytest.mark.parametrize("name", sorted(make_images()))
def test_every_test_image_has_a_table(name: str) -> None:
    assert rows(make_images()[name])
