"""How a process connects to PostgreSQL, and how long it waits for it."""

from __future__ import annotations

import select
from typing import Any, ClassVar, TypeVar

import psycopg
from psycopg import pq
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from sqlalchemy import Dialect, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError

from service.store.location import PostgresqlLocation

T = TypeVar("T")

_DRIVER = "postgresql+psycopg://"
# A client waits. 2 is the least that libpq knows; the server gives up a little before we do.
_CONNECT_SECONDS = 2
_ANSWER_SECONDS = 2.0
_STATEMENT_MS = 1500
# As many as a worker may have threads; a connection is made when a thread needs one more.
_CONNECTIONS = 32
# A step may fill an index. But a change of a table waits for all who use it, and others who come
# after wait for the change: not for long.
_STEP_SECONDS = 600.0
_STEP_LOCK_MS = 10_000


class PostgresqlConnection(psycopg.Connection[Any]):
    """Gives up a server that has fallen silent, which no setting of libpq's does."""

    patience: ClassVar[float] = _ANSWER_SECONDS

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """As psycopg's, but never without an end."""
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.errors._WaitTimeout as error:
            # What it had been asked may still come: nobody can use the connection any more.
            self.close()
            raise psycopg.OperationalError(f"no answer within {self.patience:g} seconds") from error


class _MigratingConnection(PostgresqlConnection):
    patience = _STEP_SECONDS


def make_engine(location: PostgresqlLocation) -> Engine:
    """Give a pool of connections, each statement a transaction unless one is begun."""
    options = f"-c statement_timeout={_STATEMENT_MS}"
    engine = create_engine(
        _DRIVER,
        creator=lambda: _connect(PostgresqlConnection, location, options),
        isolation_level="AUTOCOMMIT",
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_timeout=_ANSWER_SECONDS,
    )
    event.listen(engine, "checkout", _refuse_ended)
    return engine


def make_migration_engine(location: PostgresqlLocation) -> Engine:
    """Give connections that may take their time, and are not kept."""
    options = f"-c lock_timeout={_STEP_LOCK_MS}"
    return create_engine(
        _DRIVER,
        creator=lambda: _connect(_MigratingConnection, location, options),
        poolclass=NullPool,
    )


def make_dialect() -> Dialect:
    """Give what writes statements as the driver reads them."""
    return make_url(_DRIVER).get_dialect()()


def accepts_connections(location: PostgresqlLocation) -> bool:
    """Tell whether a server answers there, whatever it thinks of our user and database."""
    return pq.PGconn.ping(_conninfo(location).encode()) == pq.Ping.OK


def _connect(
    kind: type[PostgresqlConnection], location: PostgresqlLocation, options: str
) -> PostgresqlConnection:
    """Connect, and prepare no statement where a pooler such as PgBouncer lends the server.

    The next transaction may meet another server process: one that does not know the statement, or
    knows another one by its name. Without a pooler, prepared ones save 0.1 ms a POST.
    """
    connection = kind.connect(_conninfo(location), options=options, autocommit=True)
    (server,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (None,)
    if server != connection.info.backend_pid:
        connection.prepare_threshold = None
    connection.autocommit = False
    return connection


def _refuse_ended(connection: PostgresqlConnection, _record: object, _pooled: object) -> None:
    """Let the pool replace a connection that the server has ended.

    What is idle has nothing to say but that. So this sees at once, and without asking, what
    pool_pre_ping would ask the server for, and wait for if that is silent.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        raise DisconnectionError("the server has ended the connection")


def _conninfo(location: PostgresqlLocation) -> str:
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
