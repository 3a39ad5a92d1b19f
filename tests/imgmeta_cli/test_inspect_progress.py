"""The line of progress, on a real terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from imgmeta_cli.inspect_progress import describe
from tests.image_bytes import jpeg_file
from tests.imgmeta_cli.helpers import command

ERASE = b"\r\x1b[K"
IMAGE = jpeg_file()
QUIET_S = 1.2
"""After this many seconds of work the line is due."""
PAUSE_S = 0.3
"""So long the line is not written again."""


@dataclass(frozen=True)
class Slow:
    """Images, and two pipes among them: whoever reads those waits for what the test writes."""

    files: tuple[str, ...]
    pipes: tuple[Path, Path]

    def give(self, number: int, *, after: float = 0.0) -> None:
        """Write an image into a pipe, these seconds after the command has begun to read it."""
        with self.pipes[number].open("wb") as pipe:
            time.sleep(after)
            pipe.write(IMAGE)


@pytest.fixture
def slow(tmp_path: Path) -> Slow:
    photo, first, second = (tmp_path / name for name in ("photo.jpg", "first.jpg", "second.jpg"))
    photo.write_bytes(IMAGE)
    os.mkfifo(first)
    os.mkfifo(second)
    names = (str(photo), str(first), str(photo), str(second), str(photo))
    return Slow(names, (first, second))


@contextmanager
def running(slow: Slow, *, shares: bool = False) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The command with its errors on a terminal, and the other end of that."""
    main, terminal = pty.openpty()
    with subprocess.Popen(
        command("inspect", "--format", "jsonl", "--fields", "file.size", *slow.files),
        stdout=terminal if shares else subprocess.DEVNULL, stderr=terminal, start_new_session=True,
    ) as run:  # fmt: skip
        os.close(terminal)
        yield run, main
    os.close(main)


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


def test_it_appears_counts_and_goes(slow: Slow) -> None:
    with running(slow) as (run, main):
        slow.give(0, after=QUIET_S)
        shown = read_all(main, until=b" files")
        slow.give(1, after=PAUSE_S)
        shown += read_all(main)
    assert run.returncode == 0
    blank, first, second, last = shown.split(ERASE)
    assert re.match(rb"2 (of 5 )?files", first)
    assert re.fullmatch(rb"4 of 5 files \(80%\), \d+/s, 0:0\d left", second)
    assert (blank, last) == (b"", b""), "nothing is left on the screen"


def test_it_does_not_disturb_results_on_the_same_terminal(slow: Slow) -> None:
    with running(slow, shares=True) as (run, main):
        slow.give(0, after=QUIET_S)
        shown = read_all(main, until=b" files")
        slow.give(1, after=PAUSE_S)
        shown += read_all(main)
    assert run.returncode == 0
    # A terminal shows of a line what comes after it was last erased.
    lines = [line.rpartition(ERASE)[2] for line in shown.replace(b"\r\n", b"\n").split(b"\n")]
    facts = {"file": {"size": len(IMAGE)}}
    assert [json.loads(line) for line in lines[:-1]] == [
        {"path": path, **facts} for path in slow.files
    ]
    assert lines[-1] == b""


def test_short_work_has_none(slow: Slow) -> None:
    with running(slow) as (run, main):
        slow.give(0)
        slow.give(1)
        assert read_all(main) == b""
    assert run.returncode == 0


def test_no_terminal_has_none(slow: Slow) -> None:
    with subprocess.Popen(
        command("inspect", *slow.files), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as run:
        slow.give(0, after=QUIET_S)
        slow.give(1)
        assert run.stderr is not None
        assert run.stderr.read() == b""


def test_an_interrupt_at_the_terminal(slow: Slow) -> None:
    with running(slow) as (run, main):
        slow.give(0, after=QUIET_S)
        shown = read_all(main, until=b" files")
        os.killpg(run.pid, signal.SIGINT)
        shown += read_all(main)
    assert run.returncode == 130
    assert shown.endswith(ERASE)
    assert b"\n" not in shown


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
