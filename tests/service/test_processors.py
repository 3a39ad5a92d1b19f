from __future__ import annotations

import pytest

from service.processors import LEAST_WORKERS, count_workers, limit


@pytest.mark.parametrize(
    ("quota", "processors"),
    [
        ("max 100000\n", 8),
        ("200000 100000", 2),
        ("250000 100000", 3),
        ("5000 100000", 1),
        ("9900000 100000", 8),
        ("-1 100000", 8),
        (" ", 8),
        ("100000 0", 8),
    ],
)
def test_a_quota_of_processor_time_counts(quota: str, processors: int) -> None:
    assert limit(8, quota) == processors


def test_there_is_always_more_than_one_worker() -> None:
    assert count_workers() >= LEAST_WORKERS > 1
