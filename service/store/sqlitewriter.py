"""The one connection of a process that writes into a SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from service.store.sqltexts import Statement

BUSY_SECONDS = 2.0
# 16 MB instead of 4: the checkpoint, for which one writer waits, comes to one in a thousand.
_CHECKPOINT_PAGES = 4000


@dataclass
class _Entry:
    """What one thread wants written, and what came of it: an error until it is committed."""

    statements: Sequence[Statement]
    changed: int = 0
    taken: bool = False
    error: Exception | None = field(default_factory=lambda: sqlite3.OperationalError("interrupted"))


class SqliteWriter:
    """Writes what several threads bring in one transaction: they share its wait and its fsync.

    SQLite has one writer at a time anyway. Each thread queues its statements and waits for the
    lock; the first to have it writes for all that are queued. The connection is made at its first
    use, so that a fork never shares one, and made anew after an error.
    """

    def __init__(self, path: Path, *, full_sync: bool) -> None:
        self._path = path
        self._synchronous = "FULL" if full_sync else "NORMAL"
        self._lock = threading.Lock()
        self._queue: list[_Entry] = []
        self._queue_lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def write(self, statements: Sequence[Statement]) -> int:
        """Run the statements; give the number of changed rows. Raises sqlite3.Error."""
        entry = _Entry(statements)
        with self._queue_lock:
            self._queue.append(entry)
        with self._lock:
            if not entry.taken:
                self._write_queued()
        if entry.error is not None:
            raise entry.error
        return entry.changed

    def _write_queued(self) -> None:
        try:
            connection = self._connection = self._connection or self._connect()
            # IMMEDIATE: waits for the lock here, where the busy timeout holds. Whoever comes in the
            # meantime is written too.
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            self._fail(self._take_queue(), error)
            return
        entries = self._take_queue()
        try:
            for entry in entries:
                cursors = [connection.execute(*statement) for statement in entry.statements]
                entry.changed = sum(max(0, cursor.rowcount) for cursor in cursors)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._fail(entries, error)
            return
        for entry in entries:
            entry.error = None

    def _fail(self, entries: list[_Entry], error: sqlite3.Error) -> None:
        for entry in entries:
            entry.error = error
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _take_queue(self) -> list[_Entry]:
        with self._queue_lock:
            entries, self._queue = self._queue, []
        for entry in entries:
            entry.taken = True
        return entries

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        # In WAL mode a commit outlives every process with NORMAL, a loss of power only with FULL.
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        return connection
