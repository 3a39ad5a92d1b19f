"""The IJG quality that a file's quantization tables amount to.

The Independent JPEG Group's encoder scales two sample tables (T.81, K.1 and K.2) by a quality of 1
to 100. The tables it wrote are recognised exactly; for those of other encoders the estimate is that
of ImageMagick and ExifTool, which compare the sum of all values and the sum of a few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

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

_LOWEST_ESTIMATE: Final = 51
"""Below it a table must be one of the IJG's own."""


class _Sums(NamedTuple):
    few: int
    all: int


def estimate_quality(tables: Sequence[QuantizationTable]) -> int | None:
    """Give the quality, 1 to 100, or None where the tables are like none of the IJG's."""
    values = {table.id: table.values for table in tables}
    if 0 not in values:
        return None
    found = _sum_tables(values)
    for quality, standard in enumerate(_standard_sums(1 in values), 1):
        if found.few >= standard.few or found.all >= standard.all:
            is_own = found.few <= standard.few and found.all <= standard.all
            return quality if is_own or quality >= _LOWEST_ESTIMATE else None
    return None


def _sum_tables(values: Mapping[int, Sequence[int]]) -> _Sums:
    few = sum(values[0][place] for place in _LUMINANCE_PLACES)
    everything = sum(values[0])
    if 1 in values:
        few += sum(values[1][place] for place in _CHROMINANCE_PLACES)
        everything += sum(values[1])
    return _Sums(few, everything)


@cache
def _standard_sums(has_chrominance: bool) -> tuple[_Sums, ...]:
    """Give the sums of the IJG's tables for each quality, from 1 on."""
    few: Sequence[int] = _LUMINANCE_SAMPLE
    everything: Sequence[int] = _LUMINANCE
    if has_chrominance:
        few = _LUMINANCE_SAMPLE + _CHROMINANCE_SAMPLE
        everything = _LUMINANCE + _CHROMINANCE
    qualities = range(1, 101)
    return tuple(_Sums(_scaled_sum(few, q), _scaled_sum(everything, q)) for q in qualities)


def _scaled_sum(table: Sequence[int], quality: int) -> int:
    """Sum a table as `jpeg_quality_scaling` and `jpeg_add_quant_table` of the IJG scale it."""
    scale = 5000 // quality if quality < 50 else 200 - quality * 2
    return sum(min(max((value * scale + 50) // 100, 1), 255) for value in table)
