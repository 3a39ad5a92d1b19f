"""Where answers go: text to standard output, problems to standard error, the rest is gathered."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING, Final

from imgmeta_cli.inspect_output import make_frame
from imgmeta_cli.inspect_read import Answer, Setup
from imgmeta_cli.inspect_walk import find_items

if TYPE_CHECKING:
    from imgmeta_cli.inspect_progress import Progress
    from imgmeta_cli.report.entry import Found

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
        self._shown = self._failed = 0
        self._found: list[Found] = []
        if setup.shows:
            self._write(self._frame.opening)

    def take(self, answer: Answer) -> None:
        """Show one answer."""
        if answer.problem:
            self._failed += 1
            self._tell("error", answer.problem, color=31)
        elif answer.text:
            self._write(self._frame.between * (self._shown > 0) + answer.text)
        self._shown += answer.text != ""
        if answer.found is not None:
            self._found.append(answer.found)
        if self._progress:
            self._progress.step()

    def end(self) -> int:
        """Write what is left, and give the exit code."""
        if self._setup.shows:
            self._write(self._frame.closing)
        self.clear()
        if not (self._shown or self._found or self._failed):
            self._tell("note", "there is no image in what was named", color=33)
        if self._setup.options.summary:
            self._print_summary()
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

    def _print_summary(self) -> None:
        from imgmeta_cli.report.summary import summarise, summary_to_json

        summary = summarise(self._found)
        if self._setup.options.output == "json":
            sys.stdout.write(json.dumps(summary_to_json(summary), indent=2) + "\n")
            return
        from rich.console import Console

        from imgmeta_cli.report.summary_table import make_summary_table

        Console(highlight=False).print(make_summary_table(summary))


def _make_progress(setup: Setup) -> Progress | None:
    if setup.alone or not sys.stderr.isatty():
        return None
    from imgmeta_cli.inspect_progress import Progress

    options = setup.options
    return Progress(lambda: find_items(options.files, recursive=options.recursive))
