"""The tables of the newest migration; a test holds the two together."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, Integer, MetaData, Table, Text

METADATA = MetaData()

# Compared by bytes: the order of a language would be slower, and is not that of ISO 8601's texts.
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite counts a row by itself only in a column of this very type.
_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")

REQUESTS = Table(
    "requests",
    METADATA,
    Column("id", _ROW_ID, primary_key=True),
    Column("timestamp", _TEXT, nullable=False),
    Column("client_ip", _TEXT, nullable=False),
    Column("method", _TEXT, nullable=False),
    Column("path", _TEXT, nullable=False),
    Column("status", Integer, nullable=False),
    Column("bytes", _ROW_ID),
    Column("sha256", _TEXT),
    Column("duration_ms", Double, nullable=False),
    Column("request_id", _TEXT, nullable=False),
    Index("requests_timestamp", "timestamp"),
)

RESULTS = Table(
    "results",
    METADATA,
    Column("sha256", _TEXT, primary_key=True),
    Column("timestamp", _TEXT, nullable=False),
    Column("document", _TEXT, nullable=False),
    Column("format", _TEXT),
    Index("results_timestamp", "timestamp", "sha256"),
)

DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("name", _TEXT, primary_key=True),
    Column("document", _TEXT, nullable=False),
)
