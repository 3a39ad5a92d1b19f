from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from imgmeta_cli.errors import MissingToolError
from imgmeta_cli.process import is_running, run, start_daemon, stop_daemon, stream
from tests.service.helpers import wait_until

SHELL = ("/bin/sh", "-c")


def read_pid(path: Path) -> int:
    """The pid that a child wrote; it may not have come to it yet."""
    wait_until(lambda: path.exists() and path.read_text().endswith("\n"))
    return int(path.read_text())


@pytest.mark.parametrize(
    ("script", "code", "out", "err"),
    [
        ("echo one; echo two >&2", 0, "one\n", "two\n"),
        ("exit 3", 3, "", ""),
        ("kill -9 $$", -9, "", ""),
        ("printf 'no newline'", 0, "no newline", ""),
        ("printf '\\377'", 0, "\ufffd", ""),
    ],
)
def test_returns_what_a_process_said(script: str, code: int, out: str, err: str) -> None:
    found = run([*SHELL, script])
    assert (found.returncode, found.stdout, found.stderr) == (code, out, err)


def test_gives_input_folder_and_environment(tmp_path: Path) -> None:
    script = 'cat; pwd; echo "$WORD"'
    found = run([*SHELL, script], stdin="given\n", cwd=tmp_path, env={"WORD": "said"})
    assert found.stdout == f"given\n{tmp_path}\nsaid\n"
    assert run(["cat"]).stdout == ""
    assert run(["true"], stdin="x" * 1_000_000).returncode == 0


def test_streams_line_by_line_while_the_process_runs(tmp_path: Path) -> None:
    seen: list[str] = []

    def receive(line: str) -> None:
        seen.append(line)
        (tmp_path / line).touch()

    # The child goes on only once its first line has been handed over.
    script = "echo first; while [ ! -e first ]; do sleep 0.01; done; printf 'second\\r\\nthird'"
    found = stream([*SHELL, script], on_line=receive, cwd=tmp_path, timeout=20)
    assert found.returncode == 0
    assert seen == ["first", "second", "third"]


def test_a_listener_that_fails_neither_blocks_the_process_nor_is_forgotten() -> None:
    def receive(line: str) -> None:
        raise ValueError(f"not understood: {line}")

    script = "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done"
    with pytest.raises(ValueError, match="not understood"):
        stream([*SHELL, script], on_line=receive, timeout=20)


def test_a_timeout_ends_the_whole_group(tmp_path: Path) -> None:
    # A shell starts what is in its background with SIGINT ignored.
    script = "sleep 60 & echo $! > pid; wait"
    found = run([*SHELL, script], cwd=tmp_path, timeout=0.5)
    assert found.returncode == -signal.SIGINT
    wait_until(lambda: not is_running(read_pid(tmp_path / "pid")), seconds=2)


@pytest.mark.parametrize("program", ["no-such-program", "/etc/passwd"])
def test_a_program_that_cannot_run_is_named(program: str) -> None:
    with pytest.raises(MissingToolError, match=f"cannot run {program}") as caught:
        run([program])
    assert caught.value.hint == f"install {program}"


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match=r"the folder .* is gone"):
        run(["true"], cwd=tmp_path / "gone")


INTERRUPTED = """
import sys
from imgmeta_cli.errors import InterruptedByUser
from imgmeta_cli.process import run
try:
    run(["/bin/sh", "-c", sys.argv[1]])
except InterruptedByUser as error:
    print(error.message)
    sys.exit(error.exit_code)
"""
COUNTS = """
trap 'echo interrupted >> seen' INT
echo $$ > pid
i=0; while [ $i -lt 15 ]; do sleep 0.1; i=$((i+1)); done
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_passes_on_exactly_one_interrupt_and_waits(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-c", INTERRUPTED, COUNTS]
    parent = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    child = read_pid(tmp_path / "pid")
    for _ in range(3):
        parent.send_signal(number)
        time.sleep(0.2)
    assert is_running(child), "the child was not waited for"
    out, _ = parent.communicate(timeout=20)
    assert (parent.returncode, out) == (130, "interrupted\n")
    assert (tmp_path / "seen").read_text() == "interrupted\n"
    assert not is_running(child)


def test_an_interrupt_is_ours_again_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    run(["true"])
    assert signal.getsignal(signal.SIGINT) is before


def test_runs_in_a_thread_where_no_signal_can_be_handled() -> None:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(run(["true"]).returncode))
    thread.start()
    thread.join(20)
    assert codes == [0]


def test_a_daemon_outlives_the_call_and_ends_when_told(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "daemon.log"
    pid = start_daemon([*SHELL, "echo up; echo down >&2; exec sleep 60"], log=log)
    try:
        wait_until(lambda: log.read_text() == "up\ndown\n")
        assert is_running(pid)
        assert os.getsid(pid) == pid
    finally:
        assert stop_daemon(pid, grace=5)
    assert not is_running(pid)
    assert not stop_daemon(pid, grace=5)


def test_a_daemon_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    pid = start_daemon([*SHELL, "trap '' TERM; echo up; sleep 60 & wait; sleep 60"], log=log)
    wait_until(lambda: log.read_text() == "up\n")
    assert stop_daemon(pid, grace=0.3)
    assert not is_running(pid)
