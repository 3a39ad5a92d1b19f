"""A PgBouncer of Debian's package: it lends a connection of PostgreSQL for one transaction."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.e2e.postgres import PASSWORD, SYSTEM_USER, USER, Postgres
from tests.service.helpers import free_port, listens, wait_until

# README.md names the last but one: without it no connection is taken.
_SETTINGS = """
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/pgbouncer-users
pool_mode = transaction
default_pool_size = 3
ignore_startup_parameters = options
logfile = {folder}/pgbouncer.log
"""


@contextmanager
def running_pgbouncer(server: Postgres, database: str) -> Iterator[str]:
    """Run it in front of `server`, with fewer connections than we have; give the store's URL."""
    port = free_port()
    folder = server.folder
    users = write(folder / "pgbouncer-users", f'"{USER}" "{PASSWORD}"\n')
    text = _SETTINGS.format(server=server.port, port=port, folder=users.parent)
    settings = write(folder / "pgbouncer.ini", text)
    process = subprocess.Popen(
        ["/usr/sbin/pgbouncer", "--quiet", str(settings)],
        user=SYSTEM_USER, group=SYSTEM_USER, extra_groups=[], cwd=folder,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(lambda: listens(port))
        place = f"127.0.0.1:{port}/{database}?sslmode=disable"
        yield f"postgresql+psycopg://{USER}:{quote(PASSWORD, safe='')}@{place}"
    finally:
        process.terminate()
        process.wait(10)


def write(path: Path, text: str) -> Path:
    """Write a file that the server's user can read."""
    path.write_text(text)
    path.chmod(0o644)
    return path
