"""The store in a SQLite file: for a container run by hand."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from service.store.location import SqliteLocation
from service.store.protocol import (
    ImageResult,
    RequestPage,
    RequestQuery,
    RequestRecord,
    ResultPage,
    ResultQuery,
    StoreSetupError,
    StoreUnavailableError,
)

_BUSY_SECONDS = 2.0

_SCHEMA = """
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

_INSERT_REQUEST = """
INSERT INTO requests
    (timestamp, client_ip, method, path, status, bytes, sha256, duration_ms, request_id)
VALUES
    (:timestamp, :clientIp, :method, :path, :status, :bytes, :sha256, :durationMs, :requestId)
"""

_REPLACE_RESULT = "INSERT OR REPLACE INTO results (sha256, timestamp, document) VALUES (?, ?, ?)"


class SqliteStore:
    """Keeps everything in one file, in WAL mode.

    A process has one connection, made at its first use so that a fork never shares one, and a lock
    around it: SQLite has one writer at a time anyway. After an error the connection is made anew.
    """

    def __init__(self, location: SqliteLocation) -> None:
        self._path = location.path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def prepare(self) -> None:
        """Make file and tables. Raises StoreSetupError."""
        folder = self._path.parent
        if not folder.is_dir():
            raise StoreSetupError(f"the folder {folder} does not exist; mount a volume there")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise StoreSetupError(f"user {os.geteuid()} may not write in {folder}: chown it")
        with _alone_in(folder):
            self._make_tables()

    def _make_tables(self) -> None:
        try:
            connection = self._connect()
            # https://www.sqlite.org/wal.html: stays with the file.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
            connection.close()
        except sqlite3.Error as error:
            raise StoreSetupError(f"{self._path} is no usable database: {error}") from error

    def record(self, request: RequestRecord, results: tuple[ImageResult, ...]) -> None:
        """Keep both in one transaction. Raises StoreUnavailableError."""
        with self._writing() as connection:
            for result in results:
                row = (result.sha256, request.timestamp, result.document)
                connection.execute(_REPLACE_RESULT, row)
            connection.execute(_INSERT_REQUEST, request.to_json())

    def check(self) -> None:
        """Take the write lock and look for the table. Raises StoreUnavailableError."""
        with self._writing() as connection:
            connection.execute("SELECT 1 FROM requests LIMIT 1")

    def find_result(self, sha256: str) -> str | None:
        """Give the document of an image."""
        raise NotImplementedError

    def list_results(self, query: ResultQuery) -> ResultPage:
        """Give a page of results."""
        raise NotImplementedError

    def list_requests(self, query: RequestQuery) -> RequestPage:
        """Give a page of the request log."""
        raise NotImplementedError

    def find_document(self, name: str) -> str | None:
        """Give a document."""
        raise NotImplementedError

    def put_document(self, name: str, text: str) -> None:
        """Keep a document."""
        raise NotImplementedError

    def expire(self, before: datetime) -> int:
        """Drop what is old."""
        raise NotImplementedError

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                connection = self._connection = self._connection or self._connect()
                # IMMEDIATE: waits for the lock here, where the busy timeout holds.
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._close()
                raise StoreUnavailableError(f"SQLite: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        # In WAL mode a commit outlives every process with NORMAL, though not a loss of power.
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process prepares a store in `folder`.

    SQLite's busy timeout does not hold while a file is being switched to WAL.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
