"""The IJG quality that a file's quantization tables amount to.

The Independent JPEG Group's encoder scales two sample tables (T.81, K.1 and K.2) by a quality of 1
to 100. The tables it wrote are recognised exactly; for those of other encoders the estimate is that
of ImageMagick and ExifTool, which compare the sum of all values and the sum of a few.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from service.metadata.encodings import QuantizationTable

_LUMINANCE: Final = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
_CHROMINANCE: Final = (17, 18, 24, 47, 18, 21, 26, 66, 24, 26, 56, 47, 66, *(99,) * 51)
"""In no particular order: sums alone are asked of it."""

_LUMINANCE_SAMPLE: Final = (10, 121)
_CHROMINANCE_SAMPLE: Final = (17, 99)
"""The values that the second sum takes: at 2 and 53, and at 0 and 63, counted by rows."""
_LUMINANCE_PLACES: Final = (5, 56)
_CHROMINANCE_PLACES: Final = (0, 63)
"""Where they lie in zig-zag order."""

_HIGHEST: Final = 100
_QUALITIES: Final = range(1, _HIGHEST + 1)
_LOWEST_ESTIMATE: Final = 51
"""Below it a table must be one of the IJG's own."""


def estimate_quality(tables: Sequence[QuantizationTable]) -> int | None:
    """Give the quality, 1 to 100, or None where the tables are like none of the IJG's."""
    values = {table.id: table.values for table in tables}
    if 0 not in values:
        return None
    return _estimate(*_sum_tables(values), 1 in values)


@lru_cache(maxsize=1024)
def _estimate(few: int, everything: int, kind: bool) -> int | None:
    """Give the quality of tables with these two sums."""
    quality = min(_find_quality(few, _sum_few, kind), _find_quality(everything, _sum_all, kind))
    if quality > _HIGHEST:
        return None
    is_own = few <= _sum_few(quality, kind) and everything <= _sum_all(quality, kind)
    return quality if is_own or quality >= _LOWEST_ESTIMATE else None


def _sum_tables(values: Mapping[int, Sequence[int]]) -> tuple[int, int]:
    """Give the sum of a few values of the tables, and that of all."""
    few = sum([values[0][place] for place in _LUMINANCE_PLACES])
    everything = sum(values[0])
    if 1 in values:
        few += sum([values[1][place] for place in _CHROMINANCE_PLACES])
        everything += sum(values[1])
    return few, everything


def _find_quality(found: int, sum_standard: Callable[[int, bool], int], kind: bool) -> int:
    """Give the lowest quality whose sum is not above `found`: sums fall as the quality rises."""
    return 1 + bisect_left(_QUALITIES, -found, key=lambda quality: -sum_standard(quality, kind))


@cache
def _sum_few(quality: int, has_chrominance: bool) -> int:
    more = _CHROMINANCE_SAMPLE if has_chrominance else ()
    return _scaled_sum(_LUMINANCE_SAMPLE + more, quality)


@cache
def _sum_all(quality: int, has_chrominance: bool) -> int:
    more = _CHROMINANCE if has_chrominance else ()
    return _scaled_sum(_LUMINANCE + more, quality)


def _scaled_sum(table: Sequence[int], quality: int) -> int:
    """Sum a table as `jpeg_quality_scaling` and `jpeg_add_quant_table` of the IJG scale it."""
    scale = 5000 // quality if quality < 50 else 200 - quality * 2
    return sum([min(max((value * scale + 50) // 100, 1), 255) for value in table])
