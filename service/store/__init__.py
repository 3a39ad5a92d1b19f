"""Where requests and results are kept: SQLite or S3, behind one protocol."""

from __future__ import annotations

from service.store.location import SqliteLocation, StoreLocation
from service.store.protocol import Store


def open_store(location: StoreLocation) -> Store:
    """Give the store at `location`, not yet prepared. Contacts nothing."""
    # Each import is here because boto3 costs a container with SQLite time and memory for nothing.
    if isinstance(location, SqliteLocation):
        from service.store.sqlite import SqliteStore

        return SqliteStore(location)
    from service.store.s3 import S3Store

    return S3Store(location)
