"""`imgmeta inspect` as people and programs run it."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from imgmeta_cli.errors import ImgmetaError
from imgmeta_cli.inspect_problems import explain
from service.metadata import extract, to_json
from service.metadata.errors import Unreadable
from tests.imgmeta_cli.helpers import Run, command, imgmeta

SOME_FAILED = ImgmetaError.exit_code
SIZE = "30 \N{MULTIPLICATION SIGN} 20 pixels"


def make_image(kind: str, *, width: int = 30, height: int = 20) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, kind)
    return out.getvalue()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(make_image("JPEG"))
    return path


def pipe(content: bytes, *args: str) -> Run:
    """Run `inspect` with `content` on its standard input."""
    done = subprocess.run(
        command("inspect", *args), input=content, capture_output=True, timeout=60, check=False
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


def assert_refused(run: Run, *, cause: str, hint: str) -> None:
    """One line with the cause and what to do, and nothing else."""
    assert (run.code, run.out) == (SOME_FAILED, "")
    (line,) = run.err.splitlines()
    assert line.startswith("error: ")
    problem, _, fix = line.rpartition("; ")
    assert cause in problem
    assert hint in fix


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"])
def test_json_is_what_the_service_answers(tmp_path: Path, kind: str) -> None:
    """The service has the bytes alone; whether the name fits it cannot know."""
    content = make_image(kind)
    path = tmp_path / f"image.{kind.lower()}"
    path.write_bytes(content)
    run = imgmeta("inspect", "--json", str(path))
    assert (run.code, run.err) == (0, "")
    service = to_json(extract(content))
    service["file"]["extensionMismatch"] = False
    assert run.json == {"path": str(path), **service}
    assert run.out.startswith('{\n  "path": "')


def test_json_knows_what_only_a_name_can_tell(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(make_image("JPEG"))
    assert imgmeta("inspect", "--json", str(path)).json["file"]["extensionMismatch"] is True


def test_a_table_for_people(photo: Path) -> None:
    run = imgmeta("inspect", str(photo), COLUMNS="80")
    assert (run.code, run.err) == (0, "")
    assert SIZE in run.out
    assert "image/jpeg" in run.out


@pytest.mark.parametrize("output", ["json", "jsonl"])
def test_several_files_in_their_order(photo: Path, tmp_path: Path, output: str) -> None:
    other = tmp_path / "other.png"
    other.write_bytes(make_image("PNG", width=7))
    given = [str(photo), f"{tmp_path}/./other.png", str(photo)]
    run = imgmeta("inspect", "--format", output, *given)
    found = run.json if output == "json" else [json.loads(line) for line in run.out.splitlines()]
    assert run.code == 0
    assert [next(iter(each)) for each in found] == ["path"] * 3
    assert [each["path"] for each in found] == given
    assert [each["image"]["width"] for each in found] == [30, 7, 30]


def test_several_tables(photo: Path) -> None:
    run = imgmeta("inspect", str(photo), str(photo))
    assert (run.code, run.out.count(SIZE)) == (0, 2)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_one_that_cannot_be_read_stops_no_other(
    photo: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    missing = tmp_path / "missing.jpg"
    run = imgmeta("inspect", *options, str(photo), str(missing), str(photo))
    assert run.code == SOME_FAILED
    assert run.out.count("image/jpeg") == 2
    assert run.err == f"error: {missing}: there is no such file; check the path\n"


def test_a_missing_file(tmp_path: Path) -> None:
    run = imgmeta("inspect", str(tmp_path / "none.jpg"))
    assert_refused(run, cause="none.jpg: there is no such file", hint="check the path")


def test_a_folder_stops_no_other(photo: Path, tmp_path: Path) -> None:
    assert_refused(imgmeta("inspect", str(tmp_path)), cause="is a folder", hint="add -r")
    run = imgmeta("inspect", "--format", "jsonl", str(tmp_path), str(photo))
    assert (run.code, run.json["path"]) == (SOME_FAILED, str(photo))


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    run = imgmeta("inspect", "--json", str(tmp_path / "empty.jpg"))
    assert_refused(run, cause="empty.jpg: is empty", hint="fetch it again")


def test_no_image(tmp_path: Path) -> None:
    (tmp_path / "notes.jpg").write_text("Not an image, whatever its name says.")
    run = imgmeta("inspect", str(tmp_path / "notes.jpg"))
    assert_refused(run, cause="no image of a known format", hint="JPEG, PNG")


def test_a_path_that_the_system_refuses(tmp_path: Path) -> None:
    loop = tmp_path / "loop.jpg"
    loop.symlink_to(loop)
    assert_refused(imgmeta("inspect", str(loop)), cause="symbolic links", hint="check the file")


def test_a_file_that_may_not_be_read() -> None:
    """Root may read all files, so the system's answer is made here."""
    refused = Unreadable("the input cannot be read")
    refused.__cause__ = PermissionError(13, "Permission denied")
    expected = "photo.jpg: may not be read; ask its owner, or: chmod u+rX photo.jpg"
    assert explain("photo.jpg", refused) == expected


def test_standard_input() -> None:
    run = pipe(make_image("PNG"), "--json", "-")
    assert (run.code, run.err) == (0, "")
    assert run.json == {"path": "-", **to_json(extract(make_image("PNG")))}
    assert pipe(make_image("PNG"), "-").out.startswith("standard input\n")


def test_standard_input_with_nothing_in_it() -> None:
    assert_refused(pipe(b"", "-"), cause="standard input: is empty", hint="fetch it again")


def test_standard_input_that_is_closed_or_a_terminal() -> None:
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *command("inspect", "-")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    main, terminal = pty.openpty()
    try:
        typed = subprocess.run(
            command("inspect", "-"), stdin=terminal, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
    finally:
        os.close(main)
        os.close(terminal)
    assert_refused(
        Run(closed.returncode, closed.stdout, closed.stderr), cause="closed", hint="pipe"
    )
    assert_refused(Run(typed.returncode, typed.stdout, typed.stderr), cause="terminal", hint="pipe")


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\x1b[31m\xff.jpg"
    Path(os.fsdecode(path)).write_bytes(make_image("JPEG"))
    for args in (("--json",), ()):
        done = subprocess.run(
            [*command("inspect", *args), path, path + b"x"], capture_output=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert done.returncode == SOME_FAILED
        assert b"Traceback" not in done.stderr
        assert b"\x1b" not in done.stdout + done.stderr
        assert b"xff.jpg" in done.stdout


PROBE = """
import sys
from imgmeta_cli import cli
sys.argv = ["imgmeta", "inspect", "--json", sys.argv[1]]
try:
    cli.main()
except SystemExit as end:
    assert not end.code
print()
print(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_json_needs_neither_typer_nor_rich(photo: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(photo)], capture_output=True, text=True, timeout=60,
        check=True,
    )  # fmt: skip
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "imgmeta_cli" in loaded
    assert (
        loaded & {"rich", "typer", "pydantic", "PIL", "multiprocessing", "boto3", "docker"} == set()
    )
