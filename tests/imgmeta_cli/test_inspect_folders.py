"""Folders, standard input and many files: what is read, in which order, and at what cost."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from imgmeta_cli.inspect_walk import find_items
from tests.image_bytes import jpeg_file, png_file
from tests.imgmeta_cli.helpers import command, imgmeta

IMAGE = jpeg_file()


def write(folder: Path, *names: str, content: bytes = IMAGE) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def walk(*names: str) -> list[str]:
    return [item.path for item in find_items(names, recursive=True)]


def test_folders_are_walked_in_the_order_of_paths(tmp_path: Path) -> None:
    write(tmp_path, "b/2.jpg", "b/10.jpg", "b/c/1.jpg", "a.jpg", "z.jpg")
    expected = ["a.jpg", "b/10.jpg", "b/2.jpg", "b/c/1.jpg", "z.jpg"]
    assert walk(str(tmp_path)) == [f"{tmp_path}/{name}" for name in expected]
    assert walk(f"{tmp_path}/") == [f"{tmp_path}/{name}" for name in expected]


def test_hidden_ones_are_read_where_they_are_named(tmp_path: Path) -> None:
    write(tmp_path, ".hidden.jpg", "._AppleDouble.jpg", ".cache/1.jpg", "seen.jpg")
    assert walk(str(tmp_path)) == [f"{tmp_path}/seen.jpg"]
    assert walk(f"{tmp_path}/.cache") == [f"{tmp_path}/.cache/1.jpg"]


def test_links(tmp_path: Path) -> None:
    write(tmp_path, "there/1.jpg")
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "up").symlink_to(tmp_path)
    (folder / "file.jpg").symlink_to(tmp_path / "there/1.jpg")
    (folder / "gone.jpg").symlink_to(tmp_path / "nowhere")
    (folder / "self.jpg").symlink_to(folder / "self.jpg")
    (tmp_path / "link").symlink_to(tmp_path / "there")
    os.mkfifo(folder / "pipe.jpg")
    (folder / "pipelink.jpg").symlink_to(folder / "pipe.jpg")
    assert walk(str(folder)) == [f"{folder}/{name}.jpg" for name in ("file", "gone", "self")]
    assert walk(f"{tmp_path}/link") == [f"{tmp_path}/link/1.jpg"]
    run = imgmeta("inspect", "-r", "--format", "jsonl", str(folder))
    assert (run.code, run.json["path"]) == (1, f"{folder}/file.jpg")
    gone, loop = run.err.splitlines()
    assert "gone.jpg: there is no such file" in gone
    assert "self.jpg: Too many levels of symbolic links" in loop


def test_deeper_than_calls_can_be(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    depth = sys.getrecursionlimit() + 100
    try:
        for _ in range(depth):
            os.mkdir("d", dir_fd=here)
            below = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        os.close(os.open("deep.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    finally:
        os.close(here)
    assert walk(str(tmp_path)) == [f"{tmp_path}/{'d/' * depth}deep.jpg"]
    subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)


def test_what_is_no_image_is_passed_over_unless_its_name_says_so(tmp_path: Path) -> None:
    write(tmp_path, "README.txt", "notes", content=b"no image")
    write(tmp_path, ".gitkeep", "__init__.py", content=b"")
    write(tmp_path, "photo.jpg")
    run = imgmeta("inspect", "-r", "--json", str(tmp_path))
    assert (run.code, run.err) == (0, "")
    assert [found["path"] for found in run.json] == [f"{tmp_path}/photo.jpg"]
    write(tmp_path, "damaged.JPG", content=b"no image")
    write(tmp_path, "empty.png", content=b"")
    run = imgmeta("inspect", "-r", "--json", str(tmp_path))
    assert (run.code, len(run.json)) == (1, 1)
    assert [line.split(": ")[2].split(";")[0] for line in run.err.splitlines()] == [
        "the input is no image of a known format", "is empty",
    ]  # fmt: skip
    assert imgmeta("inspect", "-r", f"{tmp_path}/README.txt").code == 1, "this one was asked for"


def test_a_folder_without_images_says_so(tmp_path: Path) -> None:
    write(tmp_path, "README.txt", content=b"no image")
    run = imgmeta("inspect", "-r", "--json", str(tmp_path))
    assert (run.code, run.json) == (0, [])
    assert run.err == "note: there is no image in what was named\n"


def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    """Root may read all; a path that is too long is refused to everybody."""
    names = list(find_items([f"{tmp_path}/"], recursive=True))
    assert names == []
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    run = imgmeta("inspect", "-r", "--json", str(tmp_path))
    assert (run.code, run.json) == (1, [])
    assert run.err.endswith("its path is too long; go to a folder nearer to it\n")
    subprocess.run(["rm", "-rf", tmp_path / ("d" * 250)], check=True)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    for name in (b"\xff.jpg", b"a\nb.jpg", "ä.jpg".encode()):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(IMAGE)
    run = imgmeta("inspect", "-r", "--json", str(tmp_path))
    assert run.code == 0
    assert [Path(found["path"]).name for found in run.json] == ["a\nb.jpg", "ä.jpg", "\\xff.jpg"]


def test_any_mix_in_the_order_given(tmp_path: Path) -> None:
    write(tmp_path, "folder/1.jpg", "folder/2.jpg", "one.jpg")
    given = [f"{tmp_path}/one.jpg", "-", f"{tmp_path}/folder", f"{tmp_path}/none.jpg"]
    done = subprocess.run(
        command("inspect", "-r", "--jobs", "2", "--format", "jsonl", *given),
        input=png_file(), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["file"]["format"] for each in found] == ["JPEG", "PNG", "JPEG", "JPEG"]
    assert [each["path"] for each in found] == [
        given[0], "-", f"{tmp_path}/folder/1.jpg", f"{tmp_path}/folder/2.jpg",
    ]  # fmt: skip
    assert done.returncode == 1
    assert b"none.jpg: there is no such file" in done.stderr


@pytest.fixture(scope="module")
def thousands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 3,000 links to an image."""
    folder = tmp_path_factory.mktemp("thousands")
    write(folder, ".image", content=jpeg_file())
    for number in range(3000):
        (folder / f"{number:04}.jpg").symlink_to(folder / ".image")
    return folder


@pytest.mark.parametrize("jobs", ["1", "2", "5"])
def test_thousands_in_order_whatever_the_processes(thousands: Path, jobs: str) -> None:
    run = imgmeta(
        "inspect", "-r", "--jobs", jobs, "--fields", "file.size", "--json", str(thousands)
    )
    assert (run.code, run.err) == (0, "")
    size = len(jpeg_file())
    assert run.json == [
        {"path": f"{thousands}/{number:04}.jpg", "file": {"size": size}} for number in range(3000)
    ]


PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def measure_peak(*args: str) -> int:
    """The most memory of the process or one of its children, in ru_maxrss's unit."""
    run = [sys.executable, "-c", PEAK, *command("inspect", *args)]
    return int(subprocess.run(run, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_memory_does_not_grow_with_files(thousands: Path, jobs: str) -> None:
    few = [f"{thousands}/{number:04}.jpg" for number in range(100)]
    options = ("--jobs", jobs, "--format", "jsonl")
    little, much = measure_peak(*options, *few), measure_peak(*options, "-r", str(thousands))
    assert much < 1.25 * little
    assert resource.getpagesize() < much
