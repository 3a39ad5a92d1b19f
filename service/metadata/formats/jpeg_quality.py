"""The IJG quality whose quantization tables are nearest to those of a file.

The Independent JPEG Group's encoder scales two sample tables (T.81, K.1 and K.2) by a quality of 1
to 100. The sum of a table falls with the quality, so the sums name it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from service.metadata.encodings import QuantizationTable

_LUMINANCE: Final = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
_CHROMINANCE: Final = (
    17, 18, 24, 47, 18, 21, 26, 66, 24, 26, 56, 99, 47, 66, 99, *(99,) * 51,
)  # fmt: skip


def estimate_quality(tables: Sequence[QuantizationTable]) -> int | None:
    """Give the quality, 1 to 100, or None where there is no table 0."""
    by_id = {table.id: sum(table.values) for table in tables}
    if 0 not in by_id:
        return None
    return min(
        range(100, 0, -1), key=lambda quality: _distance(by_id, _standard_sums()[quality - 1])
    )


def _distance(sums: dict[int, int], standard: tuple[int, int]) -> int:
    chrominance = abs(sums[1] - standard[1]) if 1 in sums else 0
    return abs(sums[0] - standard[0]) + chrominance


@cache
def _standard_sums() -> tuple[tuple[int, int], ...]:
    """Give the sums of both tables for each quality, from 1 on."""
    return tuple(
        (_scaled_sum(_LUMINANCE, quality), _scaled_sum(_CHROMINANCE, quality))
        for quality in range(1, 101)
    )


def _scaled_sum(table: Sequence[int], quality: int) -> int:
    """Sum a table as `jpeg_quality_scaling` and `jpeg_add_quant_table` of the IJG scale it."""
    scale = 5000 // quality if quality < 50 else 200 - quality * 2
    return sum(min(max((value * scale + 50) // 100, 1), 255) for value in table)
