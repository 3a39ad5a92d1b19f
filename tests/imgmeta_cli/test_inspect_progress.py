"""The line of progress, on a real terminal."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest

from imgmeta_cli.inspect_progress import describe
from tests.image_bytes import jpeg_file
from tests.imgmeta_cli.helpers import command

ERASE = b"\r\x1b[K"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many links to an image that reading them takes some seconds."""
    folder = tmp_path_factory.mktemp("many")
    (folder / ".image").write_bytes(jpeg_file())
    for number in range(8000):
        (folder / f"{number:04}.jpg").symlink_to(folder / ".image")
    return folder


def read_all(main: int, *, until: bytes = b"") -> bytes:
    """What comes to the terminal, until these bytes or the end, which is an OSError."""
    found = b""
    while not (until and until in found):
        try:
            piece = os.read(main, 65536)
        except OSError:
            break
        found += piece
    return found


def start(main_out: int | None, err: int, *args: str) -> subprocess.Popen[bytes]:
    out = subprocess.DEVNULL if main_out is None else main_out
    return subprocess.Popen(
        command("inspect", "--jobs", "1", "--format", "jsonl", "--fields", "file.size", *args),
        stdout=out, stderr=err, start_new_session=True,
    )  # fmt: skip


def test_it_appears_counts_and_goes(many: Path) -> None:
    main, terminal = pty.openpty()
    with start(None, terminal, "-r", str(many)) as run:
        os.close(terminal)
        shown = read_all(main)
    os.close(main)
    assert run.returncode == 0
    lines = shown.split(ERASE)
    assert b" of 8,000 files (" in lines[-2]
    assert lines[-2].endswith(b" left")
    assert lines[-1] == b"", "nothing is left on the screen"
    assert b"\n" not in shown


def test_it_does_not_disturb_results_on_the_same_terminal(many: Path) -> None:
    main, terminal = pty.openpty()
    with start(terminal, terminal, "-r", str(many)) as run:
        os.close(terminal)
        shown = read_all(main)
    os.close(main)
    assert run.returncode == 0
    assert b" files" in shown
    # A terminal shows of a line what comes after it was last erased.
    lines = [line.rpartition(ERASE)[2] for line in shown.replace(b"\r\n", b"\n").split(b"\n")]
    size = len(jpeg_file())
    assert lines[:-1] == [
        b'{"path": "%s/%04d.jpg", "file": {"size": %d}}' % (os.fsencode(many), number, size)
        for number in range(8000)
    ]


def test_short_work_and_other_outputs_have_none(many: Path) -> None:
    main, terminal = pty.openpty()
    with start(None, terminal, f"{many}/0000.jpg", f"{many}/0001.jpg"):
        os.close(terminal)
        assert read_all(main) == b""
    os.close(main)
    done = subprocess.run(
        command("inspect", "-r", "--jobs", "1", "--format", "jsonl", str(many)),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60, check=True,
    )  # fmt: skip
    assert done.stderr == b""


def test_an_interrupt_at_the_terminal(many: Path) -> None:
    main, terminal = pty.openpty()
    with start(None, terminal, "-r", str(many)) as run:
        os.close(terminal)
        read_all(main, until=b" files")
        os.killpg(run.pid, signal.SIGINT)
        rest = read_all(main)
    os.close(main)
    assert run.returncode == 130
    assert rest.endswith(ERASE)
    assert b"\n" not in rest


@pytest.mark.parametrize(
    ("done", "total", "seconds", "words"),
    [
        (1500, None, 2, "1,500 files, 750/s"),
        (1500, 3000, 2, "1,500 of 3,000 files (50%), 750/s, 0:02 left"),
        (1500, 100, 2, "1,500 files, 750/s"),
        (10, 100_010, 1, "10 of 100,010 files (0%), 10/s, 2:46:40 left"),
    ],
)
def test_words(done: int, total: int | None, seconds: float, words: str) -> None:
    assert describe(done, total, seconds=seconds) == words
