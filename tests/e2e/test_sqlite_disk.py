"""SQLite on a disk that is full, that may only be read, and what it asks of the disk."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store import open_store
from service.store.location import SqliteLocation
from service.store.protocol import Store, StoreSetupError, StoreUnavailableError
from tests.service.helpers import RecordReader
from tests.service.store.samples import make_record, make_result, sha_of

pytestmark = pytest.mark.e2e


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    mount(tmp_path, "size=1m", kind=("-t", "tmpfs", "tmpfs"))
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def mount(folder: Path, options: str, *, kind: tuple[str, ...] = ()) -> None:
    subprocess.run(["mount", *kind, "-o", options, str(folder)], check=True)


def record(store: Store, number: int) -> None:
    store.record(make_record(number), (make_result(sha256=sha_of(number)),))


def record_until_refused(store: Store) -> int:
    """Give how many were kept."""
    for number in range(100_000):
        try:
            record(store, number)
        except StoreUnavailableError:
            return number
    raise AssertionError("a full disk has refused nothing")


def test_a_full_disk_is_unavailable_loses_nothing_and_recovers(disk: Path) -> None:
    path = disk / "imgmeta.db"
    store = open_store(SqliteLocation(path))
    store.prepare()
    kept = record_until_refused(store)
    assert kept > 10
    mount(disk, "remount,size=8m")
    store.check()
    record(store, kept)
    assert set(RecordReader(path).results()) == {sha_of(number) for number in range(kept + 1)}


def test_a_disk_that_may_only_be_read_is_unavailable_and_recovers(disk: Path) -> None:
    path = disk / "imgmeta.db"
    store = open_store(SqliteLocation(path))
    store.prepare()
    # Without an open file: the kernel refuses to take one away that is being written.
    mount(disk, "remount,ro")
    with pytest.raises(StoreUnavailableError):
        record(store, 0)
    with pytest.raises(StoreUnavailableError):
        store.check()
    with pytest.raises(StoreSetupError):
        open_store(SqliteLocation(path)).prepare()
    mount(disk, "remount,rw")
    store.check()
    record(store, 0)
    assert len(RecordReader(path).requests()) == 1


RECORD_TWENTY = """
import sys
from pathlib import Path
from service.store import open_store
from service.store.location import SqliteLocation
from tests.service.store.samples import make_record
store = open_store(SqliteLocation(Path(sys.argv[1])), full_sync=sys.argv[2] == "full")
store.prepare()
print("prepared", flush=True)
for number in range(20):
    store.record(make_record(number), ())
print("recorded", flush=True)
"""


@pytest.mark.parametrize(("sync", "least", "most"), [("full", 20, 30), ("normal", 0, 5)])
def test_only_a_full_sync_waits_for_the_disk_at_each_record(
    tmp_path: Path, sync: str, least: int, most: int
) -> None:
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-o", str(trace), "-e", "trace=write,fsync,fdatasync"]
    program = [sys.executable, "-c", RECORD_TWENTY, str(tmp_path / "imgmeta.db"), sync]
    subprocess.run([*command, *program], check=True, capture_output=True, timeout=120)
    calls = trace.read_text()
    between = calls[calls.index('"prepared') : calls.index('"recorded')]
    assert least <= between.count("sync(") <= most
