"""What many files come to: the summary on standard output, the report in its file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imgmeta_cli.errors import UsageError
from imgmeta_cli.inspect_options import InspectOptions
from imgmeta_cli.inspect_problems import spell
from imgmeta_cli.inspect_words import name_size
from imgmeta_cli.report.summary import Summary, summary_to_json

if TYPE_CHECKING:
    from imgmeta_cli.report.entry import Found
    from imgmeta_cli.report.html import Report

_MARK: Final = b"imgmeta</title>"
_HEAD: Final = 4096


class Gathering:
    """Takes in what is kept of each file, and shows it at the end."""

    def __init__(self, options: InspectOptions) -> None:
        self._options = options
        self._summary = Summary() if options.summary else None
        self._report: Report | None = None
        if options.report is not None:
            from imgmeta_cli.report.html import Report

            _check_target(Path(options.report))
            self._report = Report()

    def add(self, found: Found) -> None:
        """Count one file, readable or not."""
        if self._summary is not None:
            self._summary.add(found)
        if self._report is not None:
            self._report.add(found)

    def end(self) -> str | None:
        """Print the summary, write the report, and say where that is; None: there is none."""
        if self._summary is not None:
            _print_summary(self._summary, as_json=self._options.output == "json")
        if self._report is None:
            return None
        from imgmeta_cli.report.html import write_report

        target = Path(self._options.report or "")
        size = write_report(target, self._report)
        return f"{spell(str(target))}: {name_size(size)}; open it in a browser"


def _check_target(target: Path) -> None:
    """Refuse, before anything is read, a file that is somebody's: only our page is replaced."""
    try:
        with target.open("rb") as file:
            ours = _MARK in file.read(_HEAD)
    except FileNotFoundError:
        ours = target.parent.is_dir()
        problem, fix = "its folder is not there", "make it, or name another one"
    except OSError as error:
        raise UsageError(
            f"--report {target}: {error.strerror}", "name a file such as report.html"
        ) from error
    else:
        problem, fix = "is there, and is no report", "name another file, or remove this one"
    if not ours:
        raise UsageError(f"--report {target}: {problem}", fix)


def _print_summary(summary: Summary, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(summary_to_json(summary), indent=2) + "\n")
        return
    from rich.console import Console

    from imgmeta_cli.report.summary_table import make_summary_table

    Console(highlight=False).print(make_summary_table(summary))
