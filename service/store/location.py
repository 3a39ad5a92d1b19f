"""Where a store lies, read from its URL."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

# Amazon S3 User Guide, "Bucket naming rules".
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# Amazon S3 User Guide, "Object key naming guidelines": the safe characters.
_PREFIX = re.compile(r"[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*")
# PostgreSQL's manual, "Parameter Key Words": how the connection is encrypted and whom it trusts.
_TLS_OPTIONS = {"sslmode", "sslrootcert"}

URL_FORMS = "sqlite:////absolute/path, postgresql+psycopg://user:password@host/database or s3://bucket/prefix"


@dataclass(frozen=True)
class SqliteLocation:
    """A database file; its folder must exist and be writable."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class PostgresqlLocation:
    """A database of a server. Without a password, libpq looks for one (PGPASSWORD, a .pgpass file).

    `tls` holds libpq's options ``sslmode`` and ``sslrootcert``.
    """

    host: str
    port: int
    database: str
    user: str
    password: str | None = field(default=None, repr=False)
    tls: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Name it to people, without the password."""
        return f"{self.host}:{self.port}/{self.database}"


@dataclass(frozen=True, kw_only=True)
class S3Location:
    """A bucket and the part of every key before ``requests/`` and the like; may be empty."""

    bucket: str
    prefix: str = ""


StoreLocation = SqliteLocation | PostgresqlLocation | S3Location


def parse_store_url(url: str) -> StoreLocation:
    """Read a URL of one of the URL_FORMS.

    Raises ValueError, whose text completes "it must be …" and repeats nothing, for anything else.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "sqlite":
        return _parse_sqlite(rest)
    if separator and scheme == "postgresql+psycopg":
        return _parse_postgresql(url)
    if separator and scheme == "s3":
        return _parse_s3(rest)
    raise ValueError(URL_FORMS)


def _parse_sqlite(rest: str) -> SqliteLocation:
    # As in SQLAlchemy: the third slash ends an empty host, the fourth begins the path.
    path = Path(rest.removeprefix("/"))
    if not path.is_absolute() or not path.name:
        raise ValueError("sqlite:// followed by two slashes and an absolute path of a file")
    return SqliteLocation(path)


def _parse_postgresql(url: str) -> PostgresqlLocation:
    wrong = ValueError(
        "postgresql+psycopg://user:password@host:port/database?sslmode=…&sslrootcert=…, with user, "
        "password and database percent-encoded"
    )
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
        tls = tuple(parse_qsl(parts.query, strict_parsing=True) if parts.query else ())
    except ValueError:
        raise wrong from None
    database = unquote(parts.path.removeprefix("/"))
    if not (parts.hostname and parts.username and database) or parts.fragment:
        raise wrong
    if not {name for name, _ in tls} <= _TLS_OPTIONS:
        raise wrong
    return PostgresqlLocation(
        host=parts.hostname,
        port=port,
        database=database,
        user=unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        tls=tls,
    )


def _parse_s3(rest: str) -> S3Location:
    bucket, _, prefix = rest.partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise ValueError("s3:// followed by the name of a bucket")
    prefix = prefix.strip("/")
    if prefix and (not _PREFIX.fullmatch(prefix) or ".." in prefix.split("/")):
        raise ValueError("s3://bucket/prefix with a prefix of letters, digits, - _ . and /")
    return S3Location(bucket=bucket, prefix=prefix)
