from __future__ import annotations

import json
import multiprocessing
import resource
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from service.store import open_store
from service.store.location import SqliteLocation
from service.store.protocol import (
    RequestQuery,
    ResultQuery,
    StoreSetupError,
    StoreUnavailableError,
)
from service.store.sqlite import SqliteStore
from service.store.tables import METADATA
from tests.service.helpers import RecordReader
from tests.service.store.samples import make_record, make_result, sha_of

# What the version of the service before the migrations ran, word for word.
FIRST_SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY,
    timestamp TEXT NOT NULL,
    client_ip TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    bytes INTEGER,
    sha256 TEXT,
    duration_ms REAL NOT NULL,
    request_id TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS requests_timestamp ON requests (timestamp);
CREATE TABLE IF NOT EXISTS results (
    sha256 TEXT PRIMARY KEY,
    timestamp TEXT NOT NULL,
    document TEXT NOT NULL
);
"""
FIRST_INSERT = """
INSERT INTO requests
    (timestamp, client_ip, method, path, status, bytes, sha256, duration_ms, request_id)
VALUES
    (:timestamp, :clientIp, :method, :path, :status, :bytes, :sha256, :durationMs, :requestId)
"""
FIRST_REPLACE = "INSERT OR REPLACE INTO results (sha256, timestamp, document) VALUES (?, ?, ?)"


def run_first_version(path: Path, number: int, *, document: str) -> None:
    """Start it, and let it record one request and its result."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(FIRST_SCHEMA)
        record = make_record(number)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(FIRST_REPLACE, (sha_of(number), record.timestamp, document))
        connection.execute(FIRST_INSERT, record.to_json())
        connection.execute("COMMIT")


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


def test_the_first_versions_database_is_taken_over_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "imgmeta.db"
    for number, kind in enumerate(["JPEG", "PNG"]):
        run_first_version(path, number, document=json.dumps({"file": {"format": kind}}))
    store = SqliteStore(SqliteLocation(path))
    store.prepare()
    store.record(make_record(2), (make_result(sha256=sha_of(2)),))
    times = [record.timestamp for record in store.list_requests(RequestQuery()).records]
    assert times == [make_record(number).timestamp for number in (2, 1, 0)]
    formats = [(one.sha256, one.format) for one in store.list_results(ResultQuery()).results]
    assert formats == [(sha_of(2), "JPEG"), (sha_of(1), "PNG"), (sha_of(0), "JPEG")]
    assert store.find_result(sha_of(1)) == json.dumps({"file": {"format": "PNG"}})


def test_the_first_version_runs_on_the_newest_tables(tmp_path: Path) -> None:
    path = tmp_path / "imgmeta.db"
    store = SqliteStore(SqliteLocation(path))
    store.prepare()
    run_first_version(path, 7, document="{}")
    (listed,) = store.list_results(ResultQuery()).results
    assert (listed.sha256, listed.format, listed.document) == (sha_of(7), None, "{}")
    assert len(store.list_requests(RequestQuery()).records) == 1


def test_tables_of_a_newer_version_are_left_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "imgmeta.db"
    SqliteStore(SqliteLocation(path)).prepare()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE requests ADD COLUMN shoe_size INTEGER")
        connection.execute("UPDATE alembic_version SET version_num = 'of-tomorrow'")
        connection.commit()
    store = SqliteStore(SqliteLocation(path))
    store.prepare()
    store.record(make_record(), ())
    assert [row["shoe_size"] for row in RecordReader(path).requests()] == [None]


def test_a_step_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "imgmeta.db"
    run_first_version(path, 0, document="{ no JSON")
    with pytest.raises(StoreSetupError, match="malformed JSON"):
        SqliteStore(SqliteLocation(path)).prepare()
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert {name for (name,) in tables} == {"requests", "results"}
        columns = connection.execute("SELECT name FROM pragma_table_info('results')")
        assert [name for (name,) in columns] == ["sha256", "timestamp", "document"]


def test_the_steps_lead_to_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    path = tmp_path / "imgmeta.db"
    SqliteStore(SqliteLocation(path)).prepare()
    with create_engine(f"sqlite:///{path}").connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_locked_file_costs_many_threads_no_more_than_one(tmp_path: Path) -> None:
    path = tmp_path / "imgmeta.db"
    store = SqliteStore(SqliteLocation(path))
    store.prepare()

    def is_refused(number: int) -> bool:
        try:
            store.record(make_record(number), ())
        except StoreUnavailableError:
            return True
        return False

    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        ThreadPoolExecutor(8) as pool,
    ):
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        assert list(pool.map(is_refused, range(8))) == [True] * 8
        # SQLite waits two seconds for the lock; who comes just after it was given up waits again.
        assert time.monotonic() - begun < 5
    assert RecordReader(path).requests() == []


def record_into_a_full_file(path: Path) -> None:
    """Fill a file up to a limit of the kernel's, lift the limit, and go on."""
    store = open_store(SqliteLocation(path))
    store.prepare()
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    kept = 0
    with pytest.raises(StoreUnavailableError, match=r"full|I/O"):
        while kept < 10_000:
            store.record(make_record(kept), (make_result(sha256=sha_of(kept)),))
            kept += 1
    with pytest.raises(StoreUnavailableError):
        for number in range(10_000):
            store.record(make_record(number), ())
    assert len(RecordReader(path).results()) == kept
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    store.check()
    store.record(make_record(kept), (make_result(sha256=sha_of(kept)),))
    assert set(RecordReader(path).results()) == {sha_of(number) for number in range(kept + 1)}


def test_a_full_disk_is_unavailable_loses_nothing_and_recovers(tmp_path: Path) -> None:
    # In a process of its own: the limit would hold for pytest too.
    worker = multiprocessing.get_context("fork").Process(
        target=record_into_a_full_file, args=(tmp_path / "imgmeta.db",)
    )
    worker.start()
    worker.join(60)
    assert worker.exitcode == 0
