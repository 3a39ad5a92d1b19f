"""One round of load on one server, and what the server spent on it."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

LOAD = Path(__file__).with_name("load.lua")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one round gave: requests, and a second, milliseconds, CPU ms a request, MB."""

    requests: int
    rate: float
    p50: float
    p99: float
    cpu: float
    memory: float
    refused: int
    broken: int


def run_round(
    url: str, *, images: Path, clients: int, seconds: int, method: str, server: int
) -> Round:
    """Let `clients` connections send the images of the list `images` for `seconds`.

    `server` is the process from which all of the server descends, nginx included.
    """
    peak = _Peak(server)
    before = cpu_seconds(server)
    with peak:
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s",
                   "-s", str(LOAD), url, "--", str(images), method]  # fmt: skip
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(printed.split("RESULT ")[1])
    requests = max(found["requests"], 1)
    return Round(
        requests=found["requests"],
        rate=found["requests"] / found["seconds"],
        p50=found["p50"],
        p99=found["p99"],
        cpu=(cpu_seconds(server) - before) * 1000 / requests,
        memory=peak.megabytes,
        refused=found["refused"],
        broken=found["broken"],
    )


def cpu_seconds(server: int) -> float:
    """Give the processor time of a server so far, that of ended children too."""
    ticks = 0
    for pid in members(server):
        fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15])) if fields else 0
    return ticks / _TICKS


def members(root: int) -> list[int]:
    """Give a process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            fields = _read(f"/proc/{entry.name}/stat").rpartition(")")[2].split()
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += parents.get(pid, [])
    return found


class _Peak:
    """The most memory that a server has, shared pages counted once (PSS)."""

    def __init__(self, server: int) -> None:
        self.megabytes = 0.0
        self._server = server
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            kilobytes = sum(_pss(pid) for pid in members(self._server))
            self.megabytes = max(self.megabytes, kilobytes / 1024)


def children_of(server: int, words: str) -> list[int]:
    """Give the children of the process of a server whose command has `words`, oldest first."""
    named = [pid for pid in members(server) if words in _read(f"/proc/{pid}/cmdline")]
    return [pid for pid in named if _parent(pid) in named]


def resident(pid: int) -> int:
    """Give the resident memory of a process in KiB."""
    return _value(f"/proc/{pid}/status", "VmRSS:")


def _parent(pid: int) -> int:
    return _value(f"/proc/{pid}/status", "PPid:")


def _pss(pid: int) -> int:
    return _value(f"/proc/{pid}/smaps_rollup", "Pss:")


def _value(path: str, name: str) -> int:
    """Give the number behind `name` in a file of /proc; 0 where there is none."""
    for line in _read(path).splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return 0


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except (OSError, ProcessLookupError):
        return ""  # it has just ended
