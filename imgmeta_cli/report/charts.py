"""The report's charts: lists whose bars are SVG, so that they can be read without seeing them.

A policy that forbids styles in attributes leaves SVG's own attributes for sizes.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Final

from imgmeta_cli.report.summary import rank

_LISTED: Final = 8
_MOST_YEARS: Final = 40
_MOST_LABELS: Final = 8


def make_bars(title: str, counts: Counter[str], *, rest: str) -> str:
    """The most frequent names with their counts and bars; `rest` names what is summed up."""
    ranked = rank(counts)
    highest = ranked[0][1] if ranked else 1
    lines = [_make_bar(name, number, highest) for name, number in ranked[:_LISTED]]
    left = [number for _, number in ranked[_LISTED:]]
    if left:
        lines.append(f'<li class="rest">{_label(f"{len(left):,} {rest}", sum(left))}</li>\n')
    return _make_card(title, f'<ul class="bars">\n{"".join(lines)}</ul>') if lines else ""


def make_years(title: str, counts: Counter[str]) -> str:
    """A column a year, from the first to the last, or for those that are there if far apart."""
    years = _choose_years(sorted(map(int, counts)))
    if not years:
        return ""
    numbers = [counts[f"{year:04}"] for year in years]
    step = -(-len(years) // _MOST_LABELS)
    last, highest = len(years) - 1, max(numbers)
    columns = [
        _make_column(year, number, highest=highest, labelled=(last - at) % step == 0)
        for at, (year, number) in enumerate(zip(years, numbers, strict=True))
    ]
    return _make_card(title, f'<ol class="years">\n{"".join(columns)}</ol>')


def _choose_years(years: list[int]) -> list[int]:
    if years and years[-1] - years[0] < _MOST_YEARS:
        return list(range(years[0], years[-1] + 1))
    return years[-_MOST_YEARS:]


def _make_card(title: str, body: str) -> str:
    return f'<section class="card"><h2>{title}</h2>\n{body}\n</section>\n'


def _label(name: str, number: int) -> str:
    return f'<bdi class="what">{escape(name)}</bdi> <span class="count">{number:,}</span>'


def _make_bar(name: str, number: int, highest: int) -> str:
    width = f"{max(100 * number / highest, 1):.4g}%"
    drawing = f'<svg aria-hidden="true"><rect width="{width}" height="100%" rx="2"/></svg>'
    return f"<li>{_label(name, number)}{drawing}</li>\n"


def _make_column(year: int, number: int, *, highest: int, labelled: bool) -> str:
    """A year; the number is written on the highest column, and on the others for screen readers."""
    height = max(100 * number / highest, 2) if number else 0
    count = f'<span class="count{" unseen" * (number < highest)}">{number:,}</span>'
    label = f'<span class="{"label" if labelled else "unseen"}">{year}</span>'
    return (
        f'<li>{label}{count}<svg aria-hidden="true"><title>{year}: {number:,}</title>'
        f'<rect y="{100 - height:.4g}%" width="100%" height="{height:.4g}%" rx="2"/></svg></li>\n'
    )
