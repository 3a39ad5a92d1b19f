"""Where a store lies, read from its URL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# Amazon S3 User Guide, "Bucket naming rules".
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# Amazon S3 User Guide, "Object key naming guidelines": the safe characters.
_PREFIX = re.compile(r"[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*")


@dataclass(frozen=True)
class SqliteLocation:
    """A database file; its folder must exist and be writable."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class S3Location:
    """A bucket and the part of every key before ``requests/`` and ``results/``; may be empty."""

    bucket: str
    prefix: str = ""


StoreLocation = SqliteLocation | S3Location


def parse_store_url(url: str) -> StoreLocation:
    """Read ``sqlite:////absolute/path`` or ``s3://bucket/prefix``.

    Raises ValueError, whose text completes "it must be …", for anything else.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "sqlite":
        return _parse_sqlite(rest)
    if separator and scheme == "s3":
        return _parse_s3(rest)
    raise ValueError("sqlite:////absolute/path or s3://bucket/prefix")


def _parse_sqlite(rest: str) -> SqliteLocation:
    # As in SQLAlchemy: the third slash ends an empty host, the fourth begins the path.
    path = Path(rest.removeprefix("/"))
    if not path.is_absolute() or not path.name:
        raise ValueError("sqlite:// followed by two slashes and an absolute path of a file")
    return SqliteLocation(path)


def _parse_s3(rest: str) -> S3Location:
    bucket, _, prefix = rest.partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise ValueError("s3:// followed by the name of a bucket")
    prefix = prefix.strip("/")
    if prefix and (not _PREFIX.fullmatch(prefix) or ".." in prefix.split("/")):
        raise ValueError("s3://bucket/prefix with a prefix of letters, digits, - _ . and /")
    return S3Location(bucket=bucket, prefix=prefix)
