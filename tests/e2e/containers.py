"""The service's container, run as docs say: read-only, one tmpfs, one volume."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.models.containers import Container

from tests.service.helpers import exchange, listens, status_of, wait_until

ROOT = Path(__file__).resolve().parents[2]
PORT = 8888
DATABASE = "/var/lib/imgmeta/imgmeta.db"

_READ_RECORDS = f"""
import json, sqlite3
connection = sqlite3.connect({DATABASE!r})
connection.row_factory = sqlite3.Row
print(json.dumps([dict(row) for row in connection.execute("SELECT * FROM requests ORDER BY id")]))
"""

_SIGNAL = """
import os, pathlib, sys
for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
    words = path.read_bytes().replace(b"\\0", b" ").decode()
    if sys.argv[1] in words and "_SIGNAL" not in words and str(os.getpid()) != path.parent.name:
        os.kill(int(path.parent.name), int(sys.argv[2]))
"""

_HOLD_LOCK = f"""
import sqlite3, sys, time
connection = sqlite3.connect({DATABASE!r}, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[1]))
connection.execute("ROLLBACK")
"""


@dataclass(frozen=True)
class ServiceContainer:
    """A running container and how to talk to it."""

    container: Container

    @property
    def address(self) -> tuple[str, int]:
        return self._network("IPAddress"), PORT

    @property
    def gateway(self) -> str:
        """The address from which this machine reaches the container."""
        return self._network("Gateway")

    def get(self, path: str) -> bytes:
        request = f"GET {path} HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"
        return exchange(self.address, request.encode())

    def post(self, body: bytes, *, head: str | None = None, path: str = "/api/images") -> bytes:
        return exchange(self.address, post_request(body, head=head, path=path))

    def records(self) -> list[dict[str, Any]]:
        """What its SQLite store holds, oldest first."""
        rows: list[dict[str, Any]] = json.loads(self.run("python", "-c", _READ_RECORDS))
        return rows

    def run(self, *command: str) -> bytes:
        code, output = self.container.exec_run(list(command))
        assert code == 0, output
        assert isinstance(output, bytes)
        return output

    def signal(self, words: str, number: int) -> None:
        """Send a signal to each of its processes whose command has `words`."""
        self.container.exec_run(["python", "-c", _SIGNAL, words, str(number)])

    @contextmanager
    def locked_store(self, seconds: float) -> Iterator[None]:
        """Let nothing write into its SQLite store for `seconds` from now."""
        command = ["python", "-c", _HOLD_LOCK, str(seconds)]
        _, output = self.container.exec_run(command, stream=True)
        assert not isinstance(output, bytes)
        assert next(output).strip() == b"locked"
        yield

    def exit_code(self, *, seconds: int = 20) -> int:
        code: int = self.container.wait(timeout=seconds)["StatusCode"]
        return code

    def logs(self, *, stdout: bool = True, stderr: bool = True) -> str:
        return bytes(self.container.logs(stdout=stdout, stderr=stderr)).decode()

    def _network(self, name: str) -> str:
        value: str = self.container.attrs["NetworkSettings"][name]
        return value


def post_request(body: bytes, *, head: str | None = None, path: str = "/api/images") -> bytes:
    """The bytes of a POST; `head` replaces the Content-Length."""
    length = f"Content-Length: {len(body)}\r\n" if head is None else head
    lines = f"POST {path} HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n{length}\r\n"
    return lines.encode() + body


def build_image(engine: docker.DockerClient, tag: str) -> str:
    """Build the image as the Dockerfile says; give its id."""
    image, _ = engine.images.build(path=str(ROOT), tag=tag, network_mode="host", rm=True)
    assert image.id is not None
    return image.id


@contextmanager
def started_container(
    engine: docker.DockerClient,
    image: str,
    environment: Mapping[str, str] | None = None,
    *,
    command: Sequence[str] | None = None,
) -> Iterator[ServiceContainer]:
    """Start a container and remove it with its volume at the end; it need not answer."""
    container = engine.containers.run(
        image,
        command=None if command is None else list(command),
        detach=True,
        read_only=True,
        tmpfs={"/tmp": ""},
        environment=dict(environment or {}),
    )
    try:
        container.reload()
        yield ServiceContainer(container)
    finally:
        container.remove(force=True, v=True)


@contextmanager
def running_container(
    engine: docker.DockerClient, image: str, environment: Mapping[str, str] | None = None
) -> Iterator[ServiceContainer]:
    """As started_container, and wait until the service answers."""
    with started_container(engine, image, environment) as service:
        wait_until(lambda: answers(service), seconds=30)
        yield service


def answers(service: ServiceContainer) -> bool:
    """Tell whether /health answers 200 through nginx."""
    return listens(PORT, service.address[0]) and status_of(service.get("/health")) == 200


@contextmanager
def measured() -> Iterator[list[float]]:
    """Put the seconds that the block took into the list."""
    taken: list[float] = []
    begun = time.monotonic()
    yield taken
    taken.append(time.monotonic() - begun)
