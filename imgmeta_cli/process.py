"""The one module that starts processes: groups, signals, deadlines, streams.

A child runs in a process group of its own, so that a Ctrl-C at the terminal reaches only us. We
pass it on exactly once: on the first SIGINT Terraform finishes the resource in hand and writes its
state, on the second it gives up half-way.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from imgmeta_cli.errors import InterruptedByUser, MissingToolError
from imgmeta_cli.interrupts import relayed_interrupt, signal_group

GRACE_S = 20.0


@dataclass(frozen=True)
class Result:
    """What a finished process left: exit code (negative: killed by that signal) and its output."""

    returncode: int
    stdout: str
    stderr: str


def run(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str | None = None,
    timeout: float | None = None,
) -> Result:
    """Run `command` to its end and return what it said; a non-zero exit is the caller's to judge.

    `timeout` is in seconds; a process that outlives it is stopped with its whole group.
    Raises MissingToolError if the program does not exist, InterruptedByUser after Ctrl-C.
    """
    return _supervise(command, on_line=None, env=env, cwd=cwd, stdin=stdin, timeout=timeout)


def stream(
    command: Sequence[str],
    *,
    on_line: Callable[[str], None],
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float | None = None,
) -> Result:
    """Run `command` like `run`, and hand over each line of its standard output as it comes.

    What `on_line` raises is raised here once the process has ended.
    """
    return _supervise(command, on_line=on_line, env=env, cwd=cwd, stdin=None, timeout=timeout)


def start_daemon(
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> int:
    """Start `command` in a session of its own, its output appended to `log`; return its pid."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return _spawn(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, out=output).pid


def start_worker(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start `command` with its standard input and output as our pipes; its errors are ours.

    It hears no Ctrl-C. It has to end when its input ends: so it does whatever becomes of us.
    """
    return subprocess.Popen(
        list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )


def stop_daemon(pid: int, *, grace: float) -> bool:
    """End the process `pid` and its group: SIGTERM, `grace` seconds, SIGKILL. True if it lived."""
    if not is_running(pid):
        return False
    signal_group(pid, signal.SIGTERM)
    if not _wait_gone(pid, grace):
        signal_group(pid, signal.SIGKILL)
        _wait_gone(pid, grace)
    return True


def is_running(pid: int) -> bool:
    """Whether `pid` is a living process; one that has ended but was not waited for is not."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def _supervise(
    command: Sequence[str],
    *,
    on_line: Callable[[str], None] | None,
    env: Mapping[str, str] | None,
    cwd: Path | None,
    stdin: str | None,
    timeout: float | None,
) -> Result:
    source = subprocess.DEVNULL if stdin is None else subprocess.PIPE
    out: list[str] = []
    err: list[str] = []
    failures: list[Exception] = []
    hear = None if on_line is None else _guarded(on_line, failures)
    with relayed_interrupt() as relay:
        child = _spawn(command, env=env, cwd=cwd, stdin=source, out=subprocess.PIPE)
        relay.attach(child.pid)
        readers = [_start_reader(child.stdout, out, hear), _start_reader(child.stderr, err, None)]
        if stdin is not None and child.stdin is not None:
            with suppress(BrokenPipeError):
                child.stdin.write(stdin.encode())
            child.stdin.close()
        _wait(child, timeout)
    for reader in readers:
        reader.join(GRACE_S)
    if relay.heard:
        raise InterruptedByUser("interrupted", _INTERRUPT_HINT)
    if failures:
        raise failures[0]
    return Result(child.returncode, "".join(out), "".join(err))


_INTERRUPT_HINT = "what it had finished is recorded; run the same command again to go on"


def _spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None,
    cwd: Path | None,
    stdin: int,
    out: int | IO[bytes],
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(command),
            env=None if env is None else dict(env),
            cwd=cwd,
            stdin=stdin,
            stdout=out,
            stderr=subprocess.PIPE if out == subprocess.PIPE else subprocess.STDOUT,
            start_new_session=True,
        )
    except (FileNotFoundError, PermissionError) as error:
        if cwd is not None and not cwd.is_dir():
            raise MissingToolError(f"the folder {cwd} is gone", "run the command again") from error
        raise MissingToolError(
            f"cannot run {command[0]}: {error.strerror}", f"install {command[0]}"
        ) from error


def _start_reader(
    stream: IO[bytes] | None, into: list[str], on_line: Callable[[str], None] | None
) -> threading.Thread:
    reader = threading.Thread(target=_read, args=(stream, into, on_line), daemon=True)
    reader.start()
    return reader


def _read(stream: IO[bytes] | None, into: list[str], on_line: Callable[[str], None] | None) -> None:
    for raw in stream or ():
        line = raw.decode("utf-8", "replace")
        into.append(line)
        if on_line is not None:
            on_line(line.rstrip("\r\n"))


def _guarded(on_line: Callable[[str], None], failures: list[Exception]) -> Callable[[str], None]:
    """`on_line` until it fails. The reader goes on: a full pipe would stop the child for ever."""

    def hear(line: str) -> None:
        if failures:
            return
        try:
            on_line(line)
        except Exception as error:
            failures.append(error)

    return hear


def _wait(child: subprocess.Popen[bytes], timeout: float | None) -> None:
    try:
        child.wait(timeout)
    except subprocess.TimeoutExpired:
        signal_group(child.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_S)
        # A shell's background jobs ignore SIGINT, and would hold our pipes open.
        signal_group(child.pid, signal.SIGKILL)
        child.wait()


def _wait_gone(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_running(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
