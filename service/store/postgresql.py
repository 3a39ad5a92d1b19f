"""The store in a PostgreSQL database: for those who bring one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import psycopg
from sqlalchemy import Engine, Executable, Row, func
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import SQLAlchemyError

from service.store.location import PostgresqlLocation
from service.store.migrate import migrate
from service.store.pgengine import (
    PostgresqlConnection,
    accepts_connections,
    make_dialect,
    make_engine,
    make_migration_engine,
)
from service.store.protocol import (
    ImageResult,
    RequestRecord,
    StoreSetupError,
    StoreUnavailableError,
)
from service.store.sql import SqlStore
from service.store.sqltexts import SqlTexts, Statement

# Whoever migrates this database takes this lock: a number that others hardly use.
_MIGRATION_LOCK = 0x696D676D657461
_FAILURES = (psycopg.Error, SQLAlchemyError)


class PostgresqlStore(SqlStore):
    """Keeps everything in one database.

    The pool is made at its first use, so that a fork never shares it. A server that is not there
    when the service starts is waited for: the tables are then made by whoever reaches it first.
    """

    def __init__(self, location: PostgresqlLocation) -> None:
        super().__init__(SqlTexts(make_dialect(), postgresql.insert))
        self._location = location
        self._prepared = False

    def prepare(self) -> None:
        """Make the tables or bring them up to date, if the server can be reached.

        Raises StoreSetupError when it can be, but refuses us.
        """
        try:
            self._make_tables()
        except _FAILURES as error:
            if accepts_connections(self._location):
                cause = self._describe(error)
                raise StoreSetupError(
                    f"{cause}; put IMGMETA_STORE_URL or the server right"
                ) from error

    def check(self) -> None:
        """Ask for a table. Raises StoreUnavailableError."""
        self._write([("SELECT 1 FROM requests LIMIT 1", {})])

    def record(self, request: RequestRecord, results: tuple[ImageResult, ...]) -> None:
        """Keep all of it in one transaction. Raises StoreUnavailableError."""
        if len(results) != 1:
            super().record(request, results)
            return
        result = self._texts.keep_result(results[0], timestamp=request.timestamp)
        self._write([_in_one(result, self._texts.keep_request(request))])

    def _make_tables(self) -> None:
        if self._prepared:
            return
        with make_migration_engine(self._location).begin() as connection:
            # Keeps apart the threads of this process too: Alembic can migrate one thing at a time.
            connection.scalar(func.pg_advisory_xact_lock(_MIGRATION_LOCK))
            migrate(connection)
        self._prepared = True

    def _write(self, statements: Sequence[Statement]) -> int:
        try:
            self._make_tables()
            pooled = self._engine.raw_connection()
        except _FAILURES as error:
            raise StoreUnavailableError(self._describe(error)) from error
        try:
            connection = pooled.driver_connection
            assert isinstance(connection, PostgresqlConnection)
            return _run(connection, statements)
        except psycopg.Error as error:
            pooled.invalidate()
            raise StoreUnavailableError(self._describe(error)) from error
        finally:
            pooled.close()

    def _read(self, query: Executable) -> Sequence[Row[Any]]:
        try:
            self._make_tables()
            with self._engine.connect() as connection:
                return connection.execute(query).all()
        except _FAILURES as error:
            raise StoreUnavailableError(self._describe(error)) from error

    @cached_property
    def _engine(self) -> Engine:
        return make_engine(self._location)

    def _describe(self, error: Exception) -> str:
        """Name the database and the driver's first line: the others repeat what was to be kept."""
        lines = str(getattr(error, "orig", None) or error).splitlines()
        return f"PostgreSQL {self._location}: {lines[0] if lines else type(error).__name__}"


def _run(connection: PostgresqlConnection, statements: Sequence[Statement]) -> int:
    """Run them in one transaction; give the number of changed rows."""
    if len(statements) == 1:
        return max(0, connection.execute(*statements[0]).rowcount)
    with connection.pipeline(), connection.transaction():
        cursors = [connection.execute(*statement) for statement in statements]
    return sum(max(0, cursor.rowcount) for cursor in cursors)


def _in_one(result: Statement, request: Statement) -> Statement:
    """Write both by one statement: one round trip, and half the processor time of two.

    PostgreSQL's manual, "Data-Modifying Statements in WITH": they are executed exactly once.
    """
    text, values = result
    renamed = {f"result_{name}": value for name, value in values.items()}
    return (
        f"WITH result AS ({text.replace('%(', '%(result_')}) {request[0]}",
        {**renamed, **request[1]},
    )
