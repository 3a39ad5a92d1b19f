"""Many images summed up: the counts, the table of 80 columns, and the JSON."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from imgmeta_cli.report.entry import Unreadable
from imgmeta_cli.report.summary import LARGEST_FILES, Summary, rank, summarise, summary_to_json
from imgmeta_cli.report.summary_table import make_summary_table
from tests.imgmeta_cli.report.entries import make_photo as entry

BARE = entry(path="b.png", format="PNG", size=50, width=None, height=None, camera=None,
             taken=None, position=None)  # fmt: skip
SEVERAL = (
    entry(),
    BARE,
    entry(path="c.jpg", size=3000, width=10, height=10, taken="2023-01-01 00:00"),
    Unreadable("d.txt", "the input is no image"),
    entry(path="e.jpg", size=2000, width=4000, height=3000, camera="Other"),
)


def draw(summary: Summary, **options: Any) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=80, highlight=False, **options).print(make_summary_table(summary))
    return out.getvalue().splitlines()


def test_counts() -> None:
    assert summary_to_json(summarise(SEVERAL)) == {
        "files": 4,
        "unreadable": 1,
        "located": 3,
        "size": 6050,
        "formats": {"JPEG": 3, "PNG": 1},
        "cameras": {"Example Model 1": 2, "Other": 1},
        "years": {"2023": 1, "2024": 2},
        "dimensions": {
            "smallest": {"width": 10, "height": 10},
            "median": {"width": 40, "height": 30},
            "largest": {"width": 4000, "height": 3000},
        },
        "largestFiles": [
            {"path": "c.jpg", "size": 3000},
            {"path": "e.jpg", "size": 2000},
            {"path": "a.jpg", "size": 1000},
            {"path": "b.png", "size": 50},
        ],
    }


def test_nothing_at_all() -> None:
    found = summary_to_json(Summary())
    assert (found["files"], found["dimensions"], found["largestFiles"]) == (0, None, [])
    assert draw(Summary()) == ["0 images, 0 bytes"]


def test_the_order_of_the_files_does_not_matter() -> None:
    one, other = (summary_to_json(summarise(files)) for files in (SEVERAL, SEVERAL[::-1]))
    assert json.dumps(one) == json.dumps(other)


def test_only_the_largest_files_are_kept() -> None:
    summary = summarise(entry(path=f"{size}.jpg", size=size) for size in range(1000))
    expected = [(size, f"{size}.jpg") for size in range(999, 999 - LARGEST_FILES, -1)]
    assert list(summary.largest_files) == expected


@pytest.mark.parametrize(("widths", "median"), [([1], 1), ([1, 9], 1), ([1, 5, 9], 5),
                                                ([1, 9, 9], 9), ([1, 2, 3, 4], 2)])  # fmt: skip
def test_the_median_is_that_of_a_file(widths: list[int], median: int) -> None:
    ends = summarise(entry(width=width, height=1) for width in widths).dimension_range
    assert ends == ((min(widths), 1), (median, 1), (max(widths), 1))


def test_names_that_are_as_frequent_come_by_name() -> None:
    summary = summarise(entry(camera=name) for name in ("b", "c", "a", "c"))
    assert rank(summary.cameras) == [("c", 2), ("a", 1), ("b", 1)]


def test_the_table_in_80_columns() -> None:
    lines = draw(summarise(SEVERAL))
    assert lines[0] == "4 images, 6.0 kB, 3 with a position, 1 unreadable"
    titles = [line.split()[0] for line in lines[1:] if line[:1].strip()]
    assert titles == ["Formats", "Cameras", "Years", "Dimensions", "Largest"]
    formats = next(line for line in lines if line.startswith("Formats"))
    assert formats.split()[1:3] == ["JPEG", "3"]


def test_the_longest_bar_is_the_highest_count() -> None:
    summary = summarise([*[entry(camera="often")] * 10, entry(camera="seldom")])
    bars = {line.split()[-3]: line.count("━") for line in draw(summary) if "━" in line}
    assert bars["often"] == 20
    assert bars["seldom"] == 2


def test_what_is_not_listed_is_summed_up() -> None:
    cameras = [entry(camera=f"Camera {number}") for number in range(20) for _ in range(2)]
    line = next(line for line in draw(summarise(cameras)) if "more cameras" in line)
    assert line.split() == ["12", "more", "cameras", "24"]


def test_hostile_names_stay_in_their_columns() -> None:
    name = "[red]\N{FULLWIDTH LATIN CAPITAL LETTER W}" * 300
    summary = summarise([entry(camera=name, format=name[:60], path=name, size=10**14)])
    lines = draw(summary)
    assert max(map(cell_len, lines)) <= 80
    assert any("[red]" in line for line in lines)


def test_a_terminal_without_unicode() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    console = Console(file=out, width=80, highlight=False)
    console.print(make_summary_table(summarise(SEVERAL)))
    out.flush()
    assert isinstance(out.buffer, io.BytesIO)
    assert b"----" in out.buffer.getvalue()
