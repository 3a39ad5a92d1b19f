"""A line on standard error that says how far it is: for a person who waits, and nobody else."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

_QUIET_S: Final = 1.0
_EVERY_S: Final = 0.1
_ERASE: Final = "\r\x1b[K"


class Progress:
    """Counts files; the line appears after a second, and only where errors go to a terminal."""

    def __init__(self, count_all: Callable[[], Iterable[object]]) -> None:
        self._count_all = count_all
        self._total: int | None = None
        self._done = 0
        self._start = time.monotonic()
        self._due = self._start + _QUIET_S
        self._shown = self._counting = False

    def step(self) -> None:
        """One file more is done."""
        self._done += 1
        now = time.monotonic()
        if now < self._due:
            return
        if not self._counting:
            self._counting = True
            threading.Thread(target=self._count, daemon=True).start()
        self._due = now + _EVERY_S
        line = describe(self._done, self._total, seconds=now - self._start)
        # Said first: an interrupt while it is written takes it away, too.
        self._shown = True
        sys.stderr.write(f"{_ERASE}{line[: _columns() - 1]}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away, before anything else is written."""
        if self._shown:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()
            self._shown = False

    def _count(self) -> None:
        self._total = sum(1 for _ in self._count_all())


def describe(done: int, total: int | None, *, seconds: float) -> str:
    """Say how many of how many files are done, how fast, and what is left of the time."""
    rate = done / seconds
    if total is None or total < done:
        return f"{done:,} files, {rate:,.0f}/s"
    left = round((total - done) / rate)
    minutes, rest = divmod(left, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{done:,} of {total:,} files ({done / total:.0%}), {rate:,.0f}/s, {clock} left"


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80
