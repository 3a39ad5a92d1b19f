"""Where answers go: text to standard output, problems to standard error, the rest is gathered."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Final

from imgmeta_cli.inspect_output import make_frame
from imgmeta_cli.inspect_read import Answer, Setup
from imgmeta_cli.inspect_walk import find_items

if TYPE_CHECKING:
    from imgmeta_cli.inspect_gather import Gathering
    from imgmeta_cli.inspect_progress import Progress

_SOME_FAILED: Final = 1


class Show:
    """Writes each answer as it comes, and what belongs before, between and behind them."""

    def __init__(self, setup: Setup) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            # A name or a text of a file may have what this output cannot spell.
            sys.stdout.reconfigure(errors="backslashreplace")
        self._setup = setup
        self._frame = make_frame(setup.options, setup.screen, alone=setup.alone)
        self._progress = _make_progress(setup)
        self._shown = self._kept = self._failed = 0
        self._gathering = _make_gathering(setup)
        if setup.shows:
            self._write(self._frame.opening)

    def take(self, answer: Answer) -> None:
        """Show one answer."""
        if answer.problem:
            self._failed += 1
            self._tell("error", answer.problem, color=31)
        elif answer.text:
            self._write(self._frame.between * (self._shown > 0) + answer.text)
            self._shown += 1
        if answer.found is not None and self._gathering:
            self._gathering.add(answer.found)
            self._kept += 1
        if self._progress:
            self._progress.step()

    def end(self) -> int:
        """Write what is left, and give the exit code."""
        if self._setup.shows:
            self._write(self._frame.closing)
        self.clear()
        if not (self._shown or self._kept or self._failed):
            self._tell("note", "there is no image in what was named", color=33)
        if self._gathering and (where := self._gathering.end()):
            self._tell("report", where, color=32)
        return _SOME_FAILED if self._failed else 0

    def clear(self) -> None:
        """Take the line of progress away."""
        if self._progress:
            self._progress.clear()

    def _write(self, text: str) -> None:
        if self._setup.screen.terminal:
            self.clear()
        sys.stdout.write(text)
        # A reader at the other end of a pipe waits for it.
        sys.stdout.flush()

    def _tell(self, kind: str, text: str, *, color: int) -> None:
        self.clear()
        colored = sys.stderr.isatty() and "NO_COLOR" not in os.environ
        mark = f"\x1b[1;{color}m{kind}\x1b[0m" if colored else kind
        sys.stderr.write(f"{mark}: {text}\n")


def _make_gathering(setup: Setup) -> Gathering | None:
    if not setup.keeps:
        return None
    from imgmeta_cli.inspect_gather import Gathering

    return Gathering(setup.options)


def _make_progress(setup: Setup) -> Progress | None:
    if setup.alone or not sys.stderr.isatty():
        return None
    from imgmeta_cli.inspect_progress import Progress

    options = setup.options
    return Progress(lambda: find_items(options.files, recursive=options.recursive))
