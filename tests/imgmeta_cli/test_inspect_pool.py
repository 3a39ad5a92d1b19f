"""Processes that read: killed, interrupted, left by their parent or by their reader."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from imgmeta_cli.errors import ImgmetaError
from imgmeta_cli.inspect_options import InspectOptions
from imgmeta_cli.inspect_output import Screen
from imgmeta_cli.inspect_pool import read_in_processes
from imgmeta_cli.inspect_read import Setup
from imgmeta_cli.inspect_walk import Item
from tests.image_bytes import jpeg_file
from tests.imgmeta_cli.helpers import command

SETUP = Setup(
    InspectOptions(("a",), output="jsonl"), Screen(80, terminal=False, unicode=True), False
)

DIES = """
import os, pickle, signal, sys
pickle.load(sys.stdin.buffer)
answers = []
while True:
    pickle.dump(answers, sys.stdout.buffer)
    sys.stdout.flush()
    try:
        items = pickle.load(sys.stdin.buffer)
    except EOFError:
        break
    if any(item.path == "bad" for item in items):
        os.kill(os.getpid(), signal.SIGKILL)
    from imgmeta_cli.inspect_read import Answer
    answers = [Answer(text=item.path) for item in items]
"""


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder with 2,000 links to an image."""
    image = tmp_path / ".image"
    image.write_bytes(jpeg_file())
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(2000):
        (folder / f"{number:04}.jpg").symlink_to(image)
    return folder


def start(folder: Path, *args: str, output: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command("inspect", "-r", "--format", "jsonl", "--jobs", "2", *args, str(folder)),
        stdout=output, stderr=subprocess.PIPE,
    )  # fmt: skip


def list_children(pid: int) -> list[int]:
    """The processes that `pid` has started and that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(entry.name))
    return found


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_for(found: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not found() and time.monotonic() < deadline:
        time.sleep(0.01)
    return found()


def test_one_that_is_killed_loses_nothing(many: Path) -> None:
    with start(many) as run:
        assert run.stdout is not None
        first = run.stdout.readline()
        workers = list_children(run.pid)
        assert len(workers) == 2
        os.kill(workers[0], signal.SIGKILL)
        # communicate() would leave out what the first read has buffered.
        out = run.stdout.read()
        assert run.stderr is not None
        err = run.stderr.read()
    names = [line.split(b'"')[3].rpartition(b"/")[2] for line in (first + out).splitlines()]
    assert names == [b"%04d.jpg" % number for number in range(2000)]
    assert (run.returncode, err) == (0, b"")
    assert all(map(is_gone, workers))


def test_a_file_that_kills_its_process_is_named_and_the_rest_goes_on() -> None:
    items = [Item("bad" if number == 40 else str(number)) for number in range(100)]
    worker = [sys.executable, "-c", DIES]
    answers = list(read_in_processes(iter(items), SETUP, jobs=2, command=worker))
    assert [answer.text for answer in answers] == [
        "" if number == 40 else str(number) for number in range(100)
    ]
    assert answers[40].problem == "bad: the process that read it has died; read it alone: --jobs 1"


def test_processes_that_do_not_start_are_an_error() -> None:
    worker = [sys.executable, "-c", "raise SystemExit(3)"]
    with pytest.raises(ImgmetaError, match="do not start"):
        list(read_in_processes(iter([Item("a")]), SETUP, jobs=2, command=worker))


def test_no_more_processes_are_started_than_there_is_work_for(many: Path) -> None:
    with start(many, "--jobs", "50", "--fields", "file.size") as run:
        assert run.stdout is not None
        run.stdout.readline()
        assert 2 < len(list_children(run.pid)) <= 50
        run.stdout.read()
    others = set(list_children(os.getpid()))
    few = [Item(str(number)) for number in range(20)]
    answers = read_in_processes(iter(few), SETUP, jobs=50, command=[sys.executable, "-c", DIES])
    assert next(answers).text == "0"
    assert len(set(list_children(os.getpid())) - others) == 2
    assert [answer.text for answer in answers] == [str(number) for number in range(1, 20)]


def test_no_more_is_read_ahead_than_a_window() -> None:
    taken = 0

    def count() -> object:
        nonlocal taken
        for number in range(10_000):
            taken = number
            yield Item(str(number))

    worker = [sys.executable, "-c", DIES]
    answers = read_in_processes(count(), SETUP, jobs=2, command=worker)  # type: ignore[arg-type]
    assert next(answers).text == "0"
    assert taken < 1000
    answers.close()  # type: ignore[attr-defined]


def test_an_interrupt_ends_all_quietly(many: Path) -> None:
    with start(many) as run:
        assert run.stdout is not None
        run.stdout.readline()
        workers = list_children(run.pid)
        begin = time.monotonic()
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (130, b"")
    assert time.monotonic() - begin < 5
    assert workers
    assert all(map(is_gone, workers))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_its_parent(many: Path, number: int) -> None:
    with start(many) as run:
        assert run.stdout is not None
        run.stdout.readline()
        workers = list_children(run.pid)
        run.send_signal(number)
        run.communicate(timeout=60)
    assert workers
    assert all(wait_for(lambda pid=pid: is_gone(pid)) for pid in workers)  # type: ignore[misc]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_reader_that_has_enough_is_no_error(many: Path, jobs: str) -> None:
    with start(many, "--jobs", jobs) as run:
        assert run.stdout is not None
        run.stdout.readline()
        workers = list_children(run.pid)
        begin = time.monotonic()
        run.stdout.close()
        assert run.stderr is not None
        err = run.stderr.read()
        run.wait(timeout=60)
    assert err == b""
    assert time.monotonic() - begin < 5
    assert len(workers) == (2 if jobs == "2" else 0)
    assert all(map(is_gone, workers))


def test_what_lies_in_the_current_folder_is_no_module_of_ours(many: Path) -> None:
    for name in ("pickle.py", "service.py", "json.py"):
        (many / name).write_text("raise SystemExit('imported')")
    program = Path(command()[0]).with_name("imgmeta")
    done = subprocess.run(
        [program, "inspect", "--jobs", "2", "--format", "jsonl", "0000.jpg", "0001.jpg"], cwd=many,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
