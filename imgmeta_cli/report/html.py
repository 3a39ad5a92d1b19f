"""The report: one page that holds all it shows and asks nothing of a network.

Its policy (Content Security Policy, level 3) lets only the page's own style and script work, by
their hashes, and pictures that are in the page.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from imgmeta_cli.errors import UsageError
from imgmeta_cli.inspect_words import count, name_size
from imgmeta_cli.report.charts import make_bars, make_years
from imgmeta_cli.report.entry import Entry, Found, Unreadable
from imgmeta_cli.report.rows import make_refusal, make_row
from imgmeta_cli.report.summary import Summary
from imgmeta_cli.report.world import Place, find_place, make_map

MOST_ROWS: Final = 20_000
"""Images in the table: what a browser can still sort at once. The charts count them all."""

MOST_REFUSALS: Final = 1000
"""Files in the list of those that could not be read."""

FIRST_ROWS: Final = 300
"""Rows that a browser shows before the script has run; the others cost nothing until they are."""

THUMBNAIL_BYTES: Final = 32_000_000
"""Thumbnails in one page, before they are a third longer as text."""


@dataclass(slots=True)
class Report:
    """The page so far: files are added one at a time, and memory is bounded as the page is."""

    summary: Summary = field(default_factory=Summary)
    _rows: list[str] = field(default_factory=list)
    _refusals: list[str] = field(default_factory=list)
    _places: Counter[Place] = field(default_factory=Counter)
    _thumbnails: int = 0
    _without: int = 0

    def add(self, found: Found) -> None:
        """Take in one file."""
        self.summary.add(found)
        if isinstance(found, Unreadable):
            if len(self._refusals) < MOST_REFUSALS:
                self._refusals.append(make_refusal(found))
            return
        if found.position is not None:
            self._places[find_place(found.position)] += 1
        if len(self._rows) < MOST_ROWS:
            self._rows.append(make_row(found, thumbnail=self._take_room(found)))

    def _take_room(self, entry: Entry) -> bool:
        """Whether there is room for the thumbnail of `entry`, which is then taken."""
        size = len(entry.thumbnail or b"")
        fits = self._thumbnails + size <= THUMBNAIL_BYTES
        self._thumbnails += size if fits else 0
        self._without += not fits
        return fits

    def pieces(self, *, today: date) -> Iterator[str]:
        """Give the text of the page, piece by piece."""
        style, script = _read("page.css"), _read("page.js")
        left = max(len(self._rows) - FIRST_ROWS, 0)
        values = {
            "policy": make_policy(style, script), "style": style, "script": script,
            "title": count(self.summary.files, "image"), "facts": _list_facts(self.summary),
            "charts": self._draw(), "notes": self._explain(), "hint": _make_hint(left),
            "refusals": self._list_refusals(), "today": today.isoformat(),
        }  # fmt: skip
        head, middle, tail = re.split(r"\$rows|\$later", _read("page.html"))
        yield Template(head).substitute(values)
        yield from self._rows[:FIRST_ROWS]
        yield Template(middle).substitute(values)
        yield from self._rows[FIRST_ROWS:]
        yield Template(tail).substitute(values)

    def _draw(self) -> str:
        summary = self.summary
        return (
            make_bars("Formats", summary.formats, rest="more formats")
            + make_bars("Cameras", summary.cameras, rest="more cameras")
            + make_years("Years", summary.years)
            + make_map(self._places)
        )

    def _explain(self) -> str:
        """What the bounds of the page have left out."""
        notes = []
        if self.summary.files > len(self._rows):
            whole = f"{self.summary.files:,}"
            notes.append(f"The table lists the first {len(self._rows):,} of {whole} images.")
        if self._without:
            bound = name_size(THUMBNAIL_BYTES)
            number = count(self._without, "further thumbnail")
            notes.append(f"To keep within {bound} of thumbnails, {number} had to be left out.")
        return "".join(f'<p class="note">{note}</p>\n' for note in notes)

    def _list_refusals(self) -> str:
        number = self.summary.unreadable
        if not number:
            return ""
        left = number - len(self._refusals)
        more = f"<p>And {left:,} more.</p>\n" if left else ""
        return (
            f'<details class="card"><summary>{count(number, "file")} could not be read</summary>\n'
            f"<ul>\n{''.join(self._refusals)}</ul>\n{more}</details>\n"
        )


def write_report(target: Path, report: Report, *, today: date | None = None) -> int:
    """Write the page to `target`, whole or not at all, and give its size in bytes.

    A file that is there is replaced. Raises UsageError where the page cannot be written.
    """
    place = target.resolve()
    new = place.with_name(f".{place.name}.{os.getpid()}.new")
    try:
        if place.exists() and not place.is_file():
            raise UsageError(f"{target}: is no file", "name a file such as report.html")
        with new.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(report.pieces(today=today or date.today()))
        size = new.stat().st_size
        new.replace(place)
    except OSError as error:
        raise UsageError(
            f"{target}: cannot be written: {error.strerror or error}",
            "name a file in a folder that is there, may be written to and has room",
        ) from error
    finally:
        with suppress(OSError):
            new.unlink()
    return size


def make_policy(style: str, script: str) -> str:
    """The Content Security Policy that lets this style and this script work, and nothing else."""
    return (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; "
        f"script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return files("imgmeta_cli.report").joinpath(name).read_text(encoding="utf-8")


def _make_hint(left: int) -> str:
    """What is read where no script runs; the script takes it away."""
    if not left:
        return ""
    return f'<p id="hint" class="note">{left:,} more are listed where scripts may run.</p>\n'


def _list_facts(summary: Summary) -> str:
    """The totals below the title."""
    years = sorted(summary.years)
    facts = [("Size", name_size(summary.size))]
    if summary.cameras:
        facts.append(("Cameras", f"{len(summary.cameras):,}"))
    if years:
        facts.append(("Taken", years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"))
    if summary.located:
        facts.append(("With a position", f"{summary.located:,}"))
    if summary.unreadable:
        facts.append(("Unreadable", f"{summary.unreadable:,}"))
    return "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>\n" for name, value in facts)
