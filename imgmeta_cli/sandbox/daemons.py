"""Processes that outlive the command that started them, known by pid and start time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from imgmeta_cli import process

GRACE_S = 20.0


@dataclass(frozen=True)
class Daemon:
    """A pid alone may be another process by now; with the time it started it cannot."""

    pid: int
    started: str


def launch(command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None) -> Daemon:
    """Start `command` in the background, its output appended to `log`."""
    return identify(process.start_daemon(command, log=log, env=env))


def identify(pid: int) -> Daemon:
    """The running process `pid` as a daemon."""
    return Daemon(pid, _read_start(pid))


def is_alive(daemon: Daemon | None) -> bool:
    """Whether that very process still runs."""
    return (
        daemon is not None
        and process.is_running(daemon.pid)
        and _read_start(daemon.pid) == daemon.started
    )


def end(daemon: Daemon | None) -> bool:
    """Stop the process if it still runs; True if it did."""
    return (
        daemon is not None and is_alive(daemon) and process.stop_daemon(daemon.pid, grace=GRACE_S)
    )


def _read_start(pid: int) -> str:
    """Field 22 of proc_pid_stat(5), in clock ticks since boot; empty if the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""
