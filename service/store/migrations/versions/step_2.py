"""The documents, and results that can be listed by time and format."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text, text

revision = "2"
down_revision = "1"

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_READ_FORMATS = {
    "sqlite": "UPDATE results SET format = json_extract(document, '$.file.format')",
    "postgresql": "UPDATE results SET format = document::json #>> '{file,format}'",
}


def upgrade() -> None:
    """Add them, and read the format of each result that is there."""
    op.create_table(
        "documents",
        Column("name", _TEXT, primary_key=True),
        Column("document", _TEXT, nullable=False),
    )
    # Nullable: the version before does not know it.
    op.add_column("results", Column("format", _TEXT))
    op.execute(text(_READ_FORMATS[op.get_bind().dialect.name]))
    op.create_index("results_timestamp", "results", ["timestamp", "sha256"])
