"""The request log and the results, as the first version of the service made them by itself.

So both may be there already, with all that they hold.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Double, Integer, Text

revision = "1"
down_revision = None

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables where they are not there."""
    op.create_table(
        "requests",
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
        if_not_exists=True,
    )
    op.create_index("requests_timestamp", "requests", ["timestamp"], if_not_exists=True)
    op.create_table(
        "results",
        Column("sha256", _TEXT, primary_key=True),
        Column("timestamp", _TEXT, nullable=False),
        Column("document", _TEXT, nullable=False),
        if_not_exists=True,
    )
