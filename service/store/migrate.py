"""Brings the tables up to date. Alembic is loaded with this module, for this alone."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_FOLDER = Path(__file__).parent / "migrations"


def migrate(connection: Connection) -> None:
    """Run the steps that are missing, in the transaction that `connection` is in.

    The caller keeps others out. Tables that a newer version has migrated stay as they are: its
    steps have only added to what this version knows.
    """
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None or found in known:
        command.upgrade(config, "head")
