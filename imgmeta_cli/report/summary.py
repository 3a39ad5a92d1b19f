"""What many images have in common: added one at a time, kept as counts."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from imgmeta_cli.report.entry import Entry, Found, Unreadable

LARGEST_FILES: Final = 5
Dimensions = tuple[int, int]
Count = tuple[str, int]


@dataclass(slots=True)
class Summary:
    """The counts so far. Sizes are bytes; dimensions are pixels as the pictures are shown.

    Its memory grows with the number of different cameras, years and dimensions, not with files.
    """

    files: int = 0
    unreadable: int = 0
    located: int = 0
    size: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    cameras: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    dimensions: Counter[Dimensions] = field(default_factory=Counter)
    _largest: list[tuple[int, str]] = field(default_factory=list)

    def add(self, found: Found) -> None:
        """Count one file."""
        if isinstance(found, Unreadable):
            self.unreadable += 1
            return
        self.files += 1
        self.size += found.size
        self.located += found.position is not None
        self.formats[found.format] += 1
        if found.camera:
            self.cameras[found.camera] += 1
        if found.taken:
            self.years[found.taken[:4]] += 1
        if found.width and found.height:
            self.dimensions[found.width, found.height] += 1
        self._keep_largest(found)

    def _keep_largest(self, entry: Entry) -> None:
        heapq.heappush(self._largest, (entry.size, entry.path))
        if len(self._largest) > LARGEST_FILES:
            heapq.heappop(self._largest)

    @property
    def largest_files(self) -> tuple[tuple[int, str], ...]:
        """The size and path of the largest files, the largest first."""
        return tuple(sorted(self._largest, key=lambda pair: (-pair[0], pair[1])))

    @property
    def dimension_range(self) -> tuple[Dimensions, Dimensions, Dimensions] | None:
        """The smallest, the median and the largest dimensions by area; None: none is known."""
        if not self.dimensions:
            return None
        ordered = sorted(self.dimensions, key=lambda pair: (pair[0] * pair[1], pair))
        middle = (self.dimensions.total() + 1) // 2
        seen = 0
        for median in ordered:
            seen += self.dimensions[median]
            if seen >= middle:
                break
        return ordered[0], median, ordered[-1]


def summarise(found: Iterable[Found]) -> Summary:
    """Give the summary of these files."""
    summary = Summary()
    for one in found:
        summary.add(one)
    return summary


def rank(counts: Counter[str]) -> list[Count]:
    """Names and their counts: the most frequent first, and those alike by name."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def summary_to_json(summary: Summary) -> dict[str, object]:
    """Give the summary for programs: counts by name, sizes in bytes, dimensions in pixels."""
    ends = summary.dimension_range
    names = ("smallest", "median", "largest")
    return {
        "files": summary.files,
        "unreadable": summary.unreadable,
        "located": summary.located,
        "size": summary.size,
        "formats": dict(rank(summary.formats)),
        "cameras": dict(rank(summary.cameras)),
        "years": dict(sorted(summary.years.items())),
        "dimensions": dict(zip(names, map(_name_sides, ends), strict=True)) if ends else None,
        "largestFiles": [{"path": path, "size": size} for size, path in summary.largest_files],
    }


def _name_sides(dimensions: Dimensions) -> dict[str, int]:
    return {"width": dimensions[0], "height": dimensions[1]}
