"""The store in a PostgreSQL database: for those who bring one."""

from __future__ import annotations

import select
from collections.abc import Sequence
from functools import cached_property
from typing import Any, TypeVar

import psycopg
from psycopg import pq
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, Executable, NullPool, Row, create_engine, event, func, make_url
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError

from service.store.location import PostgresqlLocation
from service.store.migrate import migrate
from service.store.protocol import StoreSetupError, StoreUnavailableError
from service.store.sql import SqlStore
from service.store.sqltexts import SqlTexts, Statement

T = TypeVar("T")

_DRIVER = "postgresql+psycopg://"
# A client waits. 2 is the least that libpq knows; the server gives up a little before we do.
_CONNECT_SECONDS = 2
_ANSWER_SECONDS = 2.0
_STATEMENT_MS = 1500
# As many as a worker may have threads; a connection is made when a thread needs one more.
_CONNECTIONS = 32
# Whoever migrates this database takes this lock: any number that others hardly use.
_LOCK_MS = 10_000
_MIGRATION_LOCK = 0x696D676D657461

_CHECK: tuple[Statement, ...] = (("SELECT 1 FROM requests LIMIT 1", {}),)


class _Connection(psycopg.Connection[Any]):
    """Gives up a server that has fallen silent, which no setting of libpq's does."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """As psycopg's, but never without an end."""
        try:
            return super().wait(gen, interval, _ANSWER_SECONDS if timeout is None else timeout)
        except psycopg.errors._WaitTimeout as error:
            # What it had been asked may still come: nobody can use the connection any more.
            self.close()
            raise psycopg.OperationalError(
                f"no answer within {_ANSWER_SECONDS:g} seconds"
            ) from error


def _refuse_ended(connection: _Connection, _record: object, _pooled: object) -> None:
    """Let the pool replace a connection that the server has ended.

    What is idle has nothing to say but that. So this sees at once, and without asking, what
    pool_pre_ping would ask the server for, and wait for if that is silent.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        raise DisconnectionError("the server has ended the connection")


class PostgresqlStore(SqlStore):
    """Keeps everything in one database.

    The pool is made at its first use, so that a fork never shares it. A server that is not there
    when the service starts is waited for: the tables are then made by whoever reaches it first.
    """

    def __init__(self, location: PostgresqlLocation) -> None:
        super().__init__(SqlTexts(make_url(_DRIVER).get_dialect()(), postgresql.insert))
        self._location = location
        self._prepared = False

    def prepare(self) -> None:
        """Make the tables or bring them up to date, if the server can be reached.

        Raises StoreSetupError when it can be, but refuses us.
        """
        try:
            self._make_tables()
        except (SQLAlchemyError, psycopg.Error) as error:
            if pq.PGconn.ping(self._conninfo.encode()) == pq.Ping.OK:
                cause = self._describe(error)
                raise StoreSetupError(
                    f"{cause}; put IMGMETA_STORE_URL or the server right"
                ) from error

    def check(self) -> None:
        """Ask for a table. Raises StoreUnavailableError."""
        self._write(_CHECK)

    def _make_tables(self) -> None:
        if self._prepared:
            return
        # A change of a table waits for all who use it, and they for the change: not for long.
        options = f"-c lock_timeout={_LOCK_MS}"
        engine = create_engine(
            _DRIVER,
            creator=lambda: psycopg.connect(self._conninfo, options=options),
            poolclass=NullPool,
        )
        with engine.begin() as connection:
            connection.scalar(func.pg_advisory_xact_lock(_MIGRATION_LOCK))
            migrate(connection)
        self._prepared = True

    def _write(self, statements: Sequence[Statement]) -> int:
        try:
            self._make_tables()
            pooled = self._engine.raw_connection()
        except (SQLAlchemyError, psycopg.Error) as error:
            raise StoreUnavailableError(self._describe(error)) from error
        try:
            connection = pooled.driver_connection
            assert isinstance(connection, _Connection)
            # One round trip for all of them, and for BEGIN and COMMIT.
            with connection.pipeline():
                cursors = [connection.execute(*statement) for statement in statements]
                connection.commit()
            return sum(max(0, cursor.rowcount) for cursor in cursors)
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
        except (SQLAlchemyError, psycopg.Error) as error:
            raise StoreUnavailableError(self._describe(error)) from error

    @cached_property
    def _engine(self) -> Engine:
        options = f"-c statement_timeout={_STATEMENT_MS}"
        engine = create_engine(
            _DRIVER,
            creator=lambda: _Connection.connect(self._conninfo, options=options),
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=_ANSWER_SECONDS,
        )
        event.listen(engine, "checkout", _refuse_ended)
        return engine

    @property
    def _conninfo(self) -> str:
        location = self._location
        return make_conninfo(
            "",
            host=location.host,
            port=location.port,
            dbname=location.database,
            user=location.user,
            password=location.password,
            connect_timeout=_CONNECT_SECONDS,
            # After a failover, never the server that may only be read.
            target_session_attrs="read-write",
            application_name="imgmeta",
            **dict(location.tls),
        )

    def _describe(self, error: Exception) -> str:
        """Name the database and the driver's first line: the others repeat what was to be kept."""
        lines = str(getattr(error, "orig", None) or error).splitlines()
        return f"PostgreSQL {self._location}: {lines[0] if lines else type(error).__name__}"
