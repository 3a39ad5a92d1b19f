"""A summary for a person: quiet columns, and bars where counts are to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from imgmeta_cli.inspect_words import clean, count, name_dimensions, name_size
from imgmeta_cli.report.summary import Count, Summary, rank

_LISTED: Final = 8
_NAME_WIDTH: Final = 32
_BAR_WIDTH: Final = 20
Row = tuple[RenderableType, ...]


def make_summary_table(summary: Summary) -> RenderableType:
    """Give what rich prints: a line of totals, then groups with a blank line between them.

    What comes from files is shown as text: nothing in it is markup or steers the terminal.
    """
    years = sorted(summary.years.items(), reverse=True)
    groups = (
        _make_chart("Formats", rank(summary.formats), rest="more formats"),
        _make_chart("Cameras", rank(summary.cameras), rest="more cameras"),
        _make_chart("Years", years, rest="earlier years"),
        _make_grid("Dimensions", _list_dimensions(summary)),
        _make_grid("Largest", _list_files(summary)),
    )
    return Lines(_make_totals(summary), *groups)


def _make_totals(summary: Summary) -> Text:
    totals = Text.assemble((count(summary.files, "image"), "bold"), f", {name_size(summary.size)}")
    if summary.located:
        totals.append(f", {summary.located:,} with a position")
    if summary.unreadable:
        totals.append(f", {summary.unreadable:,} unreadable", style="yellow")
    return totals


def _make_chart(title: str, counts: Sequence[Count], *, rest: str) -> Table:
    """Names, their counts and bars, of which the longest is the highest count; `rest` sums up."""
    highest = max((number for _, number in counts), default=0)
    rows = [_make_bar(name, number, highest=highest) for name, number in counts[:_LISTED]]
    if counts[_LISTED:]:
        left = [number for _, number in counts[_LISTED:]]
        rows.append((Text(f"{len(left):,} {rest}", style="dim"), _make_number(sum(left))))
    return _make_grid(title, rows)


def _make_bar(name: str, number: int, *, highest: int) -> Row:
    bar = ProgressBar(
        total=highest,
        completed=number,
        width=_BAR_WIDTH,
        style="bright_black",
        complete_style="cyan",
        finished_style="cyan",
    )
    label = clean(name, longest=_NAME_WIDTH).ljust(_NAME_WIDTH)
    return Text(label), _make_number(number), bar


def _make_number(number: int) -> Text:
    return Text(f"{number:>8,}")


def _list_dimensions(summary: Summary) -> list[Row]:
    ends = summary.dimension_range
    if ends is None:
        return []
    rows = zip(("smallest", "median", "largest"), ends, strict=True)
    return [
        (Text(label, style="dim"), Text(f"{name_dimensions(*pair)} pixels")) for label, pair in rows
    ]


def _list_files(summary: Summary) -> list[Row]:
    return [(Text(f"{name_size(size):>8}"), Text(path)) for size, path in summary.largest_files]


def _make_grid(title: str, rows: Sequence[Row]) -> Table:
    """The rows below a blank line, with the title before the first; nothing where there is none."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, min_width=10)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for position, cells in enumerate(rows):
        if position == 0:
            table.add_row()
        table.add_row(Text("" if position else title, style="cyan"), *cells)
    return table
