"""How many processors this container may use."""

from __future__ import annotations

import math
import os
from pathlib import Path

# One that is restarted, or that a request brings down, leaves another.
LEAST_WORKERS = 2

_QUOTA_2 = Path("/sys/fs/cgroup/cpu.max")
_QUOTA_1 = Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us")
_PERIOD_1 = Path("/sys/fs/cgroup/cpu/cpu.cfs_period_us")


def count_workers() -> int:
    """Give the number of worker processes for the processors that there are."""
    text = _read(_QUOTA_2) or f"{_read(_QUOTA_1)} {_read(_PERIOD_1)}"
    return max(LEAST_WORKERS, limit(len(os.sched_getaffinity(0)), text))


def limit(processors: int, quota: str) -> int:
    """Give `processors`, or fewer when a control group's `quota` says so.

    `quota` is microseconds of processor time and the period in which they may be used, as
    ``cpu.max`` of version 2 of control groups has them (Linux, admin-guide/cgroup-v2); ``max`` or
    a negative number, as version 1 has it, is no limit.
    """
    used, _, period = quota.strip().partition(" ")
    if not used.isdecimal() or not period.isdecimal() or int(period) == 0:
        return processors
    return max(1, min(processors, math.ceil(int(used) / int(period))))


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
