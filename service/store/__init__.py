"""Where requests, results and documents are kept: SQLite, PostgreSQL or S3, behind one protocol."""

from __future__ import annotations

from service.store.location import PostgresqlLocation, SqliteLocation, StoreLocation
from service.store.protocol import Store


def open_store(location: StoreLocation, *, full_sync: bool = False) -> Store:
    """Give the store at `location`, not yet prepared. Contacts nothing.

    `full_sync`: in SQLite, let a record survive a loss of power too; the others always do.
    """
    # Each import is here because drivers cost a container that does not use them time and memory.
    if isinstance(location, SqliteLocation):
        from service.store.sqlite import SqliteStore

        return SqliteStore(location, full_sync=full_sync)
    if isinstance(location, PostgresqlLocation):
        from service.store.postgresql import PostgresqlStore

        return PostgresqlStore(location)
    from service.store.s3store import S3Store

    return S3Store(location)
