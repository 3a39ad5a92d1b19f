"""The store in a SQLite file: for a container run by hand."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, Executable, NullPool, Row, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError

from service.store.location import SqliteLocation
from service.store.migrate import migrate
from service.store.protocol import StoreSetupError, StoreUnavailableError
from service.store.sql import SqlStore
from service.store.sqlitewriter import BUSY_SECONDS, SqliteWriter
from service.store.sqltexts import SqlTexts, Statement

# Writes a page, so that a full disk or a file that may only be read is seen.
_CHECK: tuple[Statement, ...] = (
    ("SELECT 1 FROM requests LIMIT 1", {}),
    ("PRAGMA user_version = 0", {}),
)


class SqliteStore(SqlStore):
    """Keeps everything in one file. In WAL mode nobody who reads waits for the one who writes.

    With `full_sync` a record survives a loss of power too.
    """

    def __init__(self, location: SqliteLocation, *, full_sync: bool = False) -> None:
        super().__init__(SqlTexts(sqlite.dialect(paramstyle="named"), sqlite.insert))
        self._path = location.path
        self._writer = SqliteWriter(location.path, full_sync=full_sync)

    def prepare(self) -> None:
        """Make file and tables, or bring them up to date. Raises StoreSetupError."""
        folder = self._path.parent
        if not folder.is_dir():
            raise StoreSetupError(f"the folder {folder} does not exist; mount a volume there")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise StoreSetupError(f"user {os.geteuid()} may not write in {folder}: chown it")
        try:
            with _alone_in(folder):
                self._make_tables()
        except (sqlite3.Error, SQLAlchemyError) as error:
            cause = _describe(error)
            raise StoreSetupError(
                f"{self._path} is no usable database: {cause}; move it away or restore it"
            ) from error

    def _make_tables(self) -> None:
        with closing(sqlite3.connect(self._path, timeout=BUSY_SECONDS)) as connection:
            # https://www.sqlite.org/wal.html: stays with the file.
            connection.execute("PRAGMA journal_mode = WAL")
        engine = create_engine(
            self._url, poolclass=NullPool, connect_args={"isolation_level": None}
        )
        # The driver would leave the statements that change tables out of the transaction.
        event.listen(engine, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
        with engine.begin() as connection:
            migrate(connection)

    def check(self) -> None:
        """Write something. Raises StoreUnavailableError."""
        self._write(_CHECK)

    def _write(self, statements: Sequence[Statement]) -> int:
        try:
            return self._writer.write(statements)
        except sqlite3.Error as error:
            raise StoreUnavailableError(f"SQLite: {error}") from error

    def _read(self, query: Executable) -> Sequence[Row[Any]]:
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).all()
        except SQLAlchemyError as error:
            self._engine.dispose()  # the next one looks at the file anew
            raise StoreUnavailableError(f"SQLite: {_describe(error)}") from error

    @cached_property
    def _engine(self) -> Engine:
        """For reading alone; made at its first use, so that a fork never shares it."""
        return create_engine(
            self._url, connect_args={"timeout": BUSY_SECONDS}, pool_timeout=BUSY_SECONDS
        )

    @property
    def _url(self) -> URL:
        return URL.create("sqlite", database=str(self._path))


def _describe(error: Exception) -> object:
    """Give the driver's own words: SQLAlchemy's repeat the statement and its values."""
    return getattr(error, "orig", None) or error


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
