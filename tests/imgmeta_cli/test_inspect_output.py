"""The four formats, chosen fields, and options that change the answer."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import pty
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imgmeta_cli.errors import UsageError
from imgmeta_cli.inspect_fields import CSV_COLUMNS, check_fields, look_up, select
from service.metadata import extract, to_json
from tests.images import test_images as make_images
from tests.imgmeta_cli.helpers import ROOT, command, imgmeta

PHOTO = str(ROOT / "examples" / "photo.jpg")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every test image in one folder."""
    place = tmp_path_factory.mktemp("images")
    for name, content in make_images().items():
        (place / name).write_bytes(content)
    return place


def read_table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_json_lines_and_an_array_say_the_same(folder: Path) -> None:
    array = imgmeta("inspect", "-r", "--json", str(folder))
    lines = imgmeta("inspect", "-r", "--format", "jsonl", str(folder))
    assert array.json == [json.loads(line) for line in lines.out.splitlines()]
    assert [found["path"] for found in array.json] == sorted(
        f"{folder}/{name}" for name in make_images()
    )


def test_an_array_is_right_also_where_a_file_fails_and_a_report_is_written(tmp_path: Path) -> None:
    options = ["--json", "--report", str(tmp_path / "report.html")]
    run = imgmeta("inspect", *options, str(tmp_path / "none.jpg"), PHOTO, PHOTO)
    assert (run.code, len(run.json)) == (1, 2)
    assert imgmeta("inspect", "--json", "none.jpg", "none.jpg").json == []


def test_csv_has_the_stable_columns(folder: Path) -> None:
    run = imgmeta("inspect", "-r", "--format", "csv", str(folder), PHOTO)
    rows = read_table(run.out)
    assert run.code == 0
    assert tuple(rows[0]) == CSV_COLUMNS
    assert len(rows) == len(make_images()) + 1
    facts = to_json(extract(PHOTO))
    photo = rows[-1]
    assert photo["path"] == PHOTO
    assert photo["image.width"] == str(facts["image"]["width"])
    assert json.loads(photo["image.bitsPerSample"]) == facts["image"]["bitsPerSample"]
    exposure = facts["exif"]["exif"]["ExposureTime"]["value"]
    assert float(photo["exif.exif.ExposureTime"]) == exposure
    assert photo["file.extensionMismatch"] == "false"
    assert photo["file.sha256"] == ""


def test_csv_has_its_header_where_nothing_else_is(tmp_path: Path) -> None:
    run = imgmeta("inspect", "-r", "--format", "csv", str(tmp_path))
    assert run.out == ",".join(CSV_COLUMNS) + "\n"


def test_csv_with_fields_has_exactly_these() -> None:
    run = imgmeta("inspect", "--format", "csv", "--fields", "location,image.width", PHOTO)
    (row,) = read_table(run.out)
    assert list(row) == ["location.latitude", "location.longitude", "location.altitude",
                         "image.width"]  # fmt: skip


def test_csv_keeps_names_and_texts_whole(tmp_path: Path) -> None:
    path = tmp_path / 'a "b",\nc.jpg'
    path.write_bytes(Path(PHOTO).read_bytes())
    run = imgmeta("inspect", "--format", "csv", "--fields", "path,file.size", str(path))
    assert read_table(run.out) == [{"path": str(path), "file.size": str(path.stat().st_size)}]


def test_json_fields_keep_their_nesting() -> None:
    facts = to_json(extract(PHOTO))
    asked = "image.width,exif.exif.ExposureTime,location,schemaVersion"
    run = imgmeta("inspect", "--json", "--fields", asked, PHOTO)
    assert run.json == {
        "path": PHOTO,
        "image": {"width": facts["image"]["width"]},
        "exif": {"exif": {"ExposureTime": facts["exif"]["exif"]["ExposureTime"]}},
        "location": facts["location"],
        "schemaVersion": "1",
    }


def test_what_is_absent_is_null() -> None:
    document = {"exif": None, "image": {"width": 3}}
    assert select(document, ["exif.exif.Make", "image.height"]) == {
        "exif": None, "image": {"height": None},
    }  # fmt: skip
    assert look_up(document, "exif.exif.Make") is None


@pytest.mark.parametrize("order", [1, -1])
def test_a_group_and_a_part_of_it_are_the_group(order: int) -> None:
    document = {"image": {"width": 3, "resolution": {"x": 1, "y": 2}}}
    asked = ["image.resolution", "image.resolution.x", "image"][::order]
    assert select(document, asked) == document
    assert document == {"image": {"width": 3, "resolution": {"x": 1, "y": 2}}}, "left as it was"


@pytest.mark.parametrize(
    ("field", "near"),
    [("image.with", "image.width"), ("ExposureTime", "exif.exif.ExposureTime"),
     ("width", "image.width"), ("locaton", "location"), ("exif.exif.exposuretime", "ExposureTime"),
     ("zzz", "groups: schemaVersion, file, image"), ("xmp.", "xmp")],
)  # fmt: skip
def test_an_unknown_field_is_named_with_those_near_it(field: str, near: str) -> None:
    run = imgmeta("inspect", f"--fields={field}", PHOTO)
    cause, fix = run.err.splitlines()
    assert (run.code, run.out) == (UsageError.exit_code, "")
    assert repr(field) in cause
    assert near in fix


@pytest.mark.parametrize("empty", ["", " , "])
def test_no_field_at_all(empty: str) -> None:
    run = imgmeta("inspect", "--fields", empty, PHOTO)
    assert run.code == UsageError.exit_code
    assert "--fields names no field" in run.err


def list_paths(value: Any, above: str = "") -> Iterator[str]:
    for name, below in value.items():
        path = f"{above}.{name}" if above else name
        yield path
        if isinstance(below, dict) and not path.startswith(("xmp.", "iptc.")):
            yield from list_paths(below, path)


def test_every_fact_of_every_image_can_be_asked_for() -> None:
    paths = {path for data in make_images().values() for path in list_paths(to_json(extract(data)))}
    assert {"encoding.jpeg.process", "exif.gps.GPSLatitude", "xmp"} <= paths
    for path in paths:
        assert check_fields(path) == (path,)


def test_the_columns_are_fields() -> None:
    assert check_fields(",".join(CSV_COLUMNS)) == CSV_COLUMNS


def test_columns_for_people_fit_80() -> None:
    asked = "image.width,image.height,exif.ifd0.Model"
    run = imgmeta("inspect", "--fields", asked, PHOTO, PHOTO, COLUMNS="80")
    heading, *lines = run.out.splitlines()
    assert heading.split() == ["path", "width", "height", "Model"]
    assert len(lines) == 2
    assert lines[0].startswith(PHOTO)
    assert "1620" in lines[0]
    same = imgmeta("inspect", "--fields", "image.resolution.x,exif.ifd0.Make,image.height", PHOTO)
    assert same.out.splitlines()[0].split() == ["path", "x", "Make", "height"]


def test_columns_on_a_terminal_are_cut_to_it(tmp_path: Path) -> None:
    path = tmp_path / ("long" * 30 + ".jpg")
    path.write_bytes(Path(PHOTO).read_bytes())
    main, terminal = pty.openpty()
    subprocess.run(
        command("inspect", "--fields", "image.width,exif.ifd0.Model", str(path)), stdout=terminal,
        env={**os.environ, "COLUMNS": "60"}, timeout=60, check=True,
    )  # fmt: skip
    os.close(terminal)
    lines = os.read(main, 4096).decode().splitlines()
    os.close(main)
    assert max(map(len, lines)) <= 60
    assert re.match(r"…(long)?\w*\.jpg  1620 ", lines[1])


def test_several_tables_fit_80(folder: Path) -> None:
    run = imgmeta("inspect", "-r", str(folder), COLUMNS="80")
    titles = [line for line in run.out.splitlines() if line.startswith(str(folder))]
    assert len(titles) == len(make_images())
    rest = [line for line in run.out.splitlines() if not line.startswith(str(folder))]
    assert max(map(len, rest)) <= 80


@pytest.mark.parametrize("args", [(PHOTO,), (PHOTO, PHOTO)])
def test_a_hash(args: tuple[str, ...]) -> None:
    run = imgmeta("inspect", "--hash", "--format", "jsonl", *args)
    wanted = hashlib.sha256(Path(PHOTO).read_bytes()).hexdigest()
    assert [json.loads(line)["file"]["sha256"] for line in run.out.splitlines()] == [
        wanted for _ in args
    ]


def test_a_redacted_answer() -> None:
    assert imgmeta("inspect", "--json", PHOTO).json["location"] is not None
    run = imgmeta("inspect", "--json", "--redact", PHOTO)
    assert (run.code, run.json["location"]) == (0, None)


def test_json_holds_nothing_that_steers_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "c1\x9b31m\u2028.jpg"
    path.write_bytes(Path(PHOTO).read_bytes())
    run = imgmeta("inspect", "--json", str(path))
    assert run.json["path"] == str(path)
    assert "\x9b" not in run.out
    assert "\u2028" not in run.out


def test_other_encodings_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ä.jpg"
    path.write_bytes(Path(PHOTO).read_bytes())
    run = imgmeta("inspect", "--json", str(path), PYTHONIOENCODING="ascii")
    assert run.json["path"] == str(path)
    run = imgmeta("inspect", str(path), PYTHONIOENCODING="ascii")
    assert (run.code, run.err) == (0, "")


def test_a_summary_takes_the_place_of_results(folder: Path) -> None:
    run = imgmeta("inspect", "-r", "--summary", str(folder), COLUMNS="80")
    assert run.code == 0
    assert run.out.startswith(f"{len(make_images())} images, ")
    counted = imgmeta("inspect", "-r", "--summary", "--json", "--jobs", "2", str(folder), "none")
    assert (counted.code, counted.json["unreadable"]) == (1, 1)
    assert counted.json["files"] == len(make_images())


def test_a_report_is_written_and_named(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    run = imgmeta("inspect", "--jobs", "2", "--report", str(page), PHOTO, PHOTO)
    assert (run.code, run.out) == (0, "")
    assert run.err.startswith(f"report: {page}: ")
    assert page.read_text().count("photo.jpg") >= 2
    again = imgmeta("inspect", "--report", str(page), "--format", "jsonl", "--hash", PHOTO)
    assert (again.code, len(again.out.splitlines())) == (0, 1)


def test_a_report_replaces_nothing_but_a_report(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(Path(PHOTO).read_bytes())
    run = imgmeta("inspect", "--report", str(photo), PHOTO)
    assert (run.code, run.out) == (UsageError.exit_code, "")
    assert "is there, and is no report" in run.err
    assert photo.read_bytes() == Path(PHOTO).read_bytes()
    assert "its folder is not there" in imgmeta("inspect", "--report", f"{tmp_path}/a/b", PHOTO).err
    assert "Is a directory" in imgmeta("inspect", "--report", str(tmp_path), PHOTO).err


def test_a_redacted_report_has_neither_places_nor_thumbnails(folder: Path, tmp_path: Path) -> None:
    pages = []
    for number, options in enumerate(([], ["--redact"], ["--hash"])):
        page = tmp_path / f"{number}.html"
        run = imgmeta("inspect", "--report", str(page), *options, f"{folder}/camera.jpg", PHOTO)
        assert run.code == 0
        pages.append(page.read_text())
    latitude = str(to_json(extract(PHOTO))["location"]["latitude"])
    assert [latitude in page for page in pages] == [True, False, True]
    assert ["data:image/jpeg" in page for page in pages] == [True, False, True]
