"""A PostgreSQL of Debian's package: one server, in a folder and on a port of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.service.helpers import free_port, wait_until

USER = "imgmeta"
# Every sign that a URL has to encode.
PASSWORD = "p@ss/w:o%r?d#"
# The server refuses to run as root; Debian's package makes this user.
SYSTEM_USER = "postgres"


@dataclass
class Postgres:
    """A server that can be started, stopped, silenced and killed."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def url(self, database: str, *, password: str = PASSWORD) -> str:
        place = f"127.0.0.1:{self.port}/{database}?sslmode=disable"
        return f"postgresql+psycopg://{USER}:{quote(password, safe='')}@{place}"

    def connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=PASSWORD,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def start(self) -> None:
        """Start it and wait until it answers, also while what was killed is still going down."""
        wait_until(self._try_start, seconds=60)

    def _try_start(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            command = [
                *(str(find_program("postgres")), "-D", str(self.folder / "data")),
                *("-p", str(self.port), "-k", str(self.folder), "-c", "listen_addresses=127.0.0.1"),
                # Its processes die here, never the machine: what they wrote is there without.
                *("-c", "fsync=off"),
            ]
            with (self.folder / "log").open("ab") as log:
                self.process = subprocess.Popen(
                    command, user=SYSTEM_USER, group=SYSTEM_USER, extra_groups=[],
                    cwd=self.folder, stdout=log, stderr=log, env={"LC_ALL": "C"},
                )  # fmt: skip
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop it as an administrator does who does not wait for the clients."""
        if self.process is not None and self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def kill(self) -> None:
        """Let every process of it die at once, without a word."""
        self.signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(30)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to each of its processes, the first one first."""
        if self.process is None:
            return
        first = self.process.pid
        with suppress(OSError):
            children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
            for pid in (first, *map(int, children)):
                with suppress(ProcessLookupError):
                    os.kill(pid, number)


def find_program(name: str) -> Path:
    """Debian keeps PostgreSQL's programs beside the path, by version."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    assert found, "PostgreSQL is missing: run tools/install-e2e.sh"
    return found[-1]


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Make a server that wants a password, and remove it with all it holds at the end."""
    folder = Path(tempfile.mkdtemp(prefix="imgmeta-postgres-"))
    server = Postgres(folder, free_port())
    try:
        shutil.chown(folder, SYSTEM_USER, SYSTEM_USER)
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        subprocess.run(
            [
                *(str(find_program("initdb")), "-D", str(folder / "data"), "-U", USER),
                *("-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"),
                f"--pwfile={folder / 'password'}",
            ],
            user=SYSTEM_USER, group=SYSTEM_USER, extra_groups=[], cwd=folder, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
