from __future__ import annotations

import multiprocessing
import sqlite3
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from service.store.location import SqliteLocation
from service.store.protocol import StoreSetupError, StoreUnavailableError
from service.store.sqlite import SqliteStore
from tests.service.helpers import RecordReader
from tests.service.store.samples import make_record


def test_the_file_is_in_wal_mode(tmp_path: Path) -> None:
    path = tmp_path / "imgmeta.db"
    SqliteStore(SqliteLocation(path)).prepare()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_locked_file_is_unavailable_and_recovers(tmp_path: Path) -> None:
    path = tmp_path / "imgmeta.db"
    store = SqliteStore(SqliteLocation(path))
    store.prepare()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="locked"):
            store.record(make_record(), ())
        with pytest.raises(StoreUnavailableError, match="locked"):
            store.check()
    store.check()
    store.record(make_record(), ())
    assert len(RecordReader(path).requests()) == 1


def test_a_damaged_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "imgmeta.db"
    store = SqliteStore(SqliteLocation(path))
    store.prepare()
    path.write_bytes(b"no database any more, " * 1000)
    with pytest.raises(StoreUnavailableError, match="not a database"):
        store.record(make_record(), ())


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreSetupError, match=f"{tmp_path}/missing does not exist"):
        SqliteStore(SqliteLocation(tmp_path / "missing" / "imgmeta.db")).prepare()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "imgmeta.db"
    path.write_text("plain words")
    with pytest.raises(StoreSetupError, match=f"{path} is no usable database"):
        SqliteStore(SqliteLocation(path)).prepare()


def prepare_together(path: Path, barrier: Barrier) -> None:
    barrier.wait()
    SqliteStore(SqliteLocation(path)).prepare()


def test_processes_that_prepare_at_the_same_moment_all_succeed(tmp_path: Path) -> None:
    # Without a lock around it, one in ten such rounds failed here: hence so many.
    context = multiprocessing.get_context("fork")
    for number in range(30):
        barrier = context.Barrier(4)
        path = tmp_path / f"{number}.db"
        workers = [context.Process(target=prepare_together, args=(path, barrier)) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(30)
        assert [worker.exitcode for worker in workers] == [0] * 4


def test_a_path_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "imgmeta.db"
    store = SqliteStore(SqliteLocation(path))
    store.prepare()
    for file in tmp_path.iterdir():
        file.unlink()
    path.mkdir()
    with pytest.raises(StoreUnavailableError, match="unable to open"):
        store.check()
