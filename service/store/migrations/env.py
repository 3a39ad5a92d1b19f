"""What Alembic runs to migrate: the connection is given by service.store.migrate."""

from __future__ import annotations

from alembic import context

# One transaction, in SQLite too: whoever is killed in between leaves the tables as they were.
context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
