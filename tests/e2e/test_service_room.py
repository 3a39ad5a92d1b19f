"""No room: for the bodies that nginx writes down, for what the workers share, for SQLite."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.processors import count_workers
from tests.e2e.containers import post_request
from tests.e2e.stack import Stack, fill, running_stack, small_disk
from tests.service.helpers import RecordReader, body_of, make_photo, status_of, wait_until

pytestmark = pytest.mark.e2e

MIB = 1024 * 1024
PATHS = ("/health", "/ready", "/metrics", "/", "/docs", "/openapi.json", "/api/foo", "/web/app.js")


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A folder for SQLite. The service sees another /tmp, so it lies outside of that."""
    with small_disk(Path("/var/tmp") / f"imgmeta-{tmp_path.name}", "8m") as disk:
        yield disk


@pytest.fixture
def stack(tmp_path: Path, data: Path) -> Iterator[Stack]:
    """The service with 8 MiB as /tmp, as the container has a tmpfs there."""
    settings = {"IMGMETA_STORE_URL": f"sqlite:///{data}/imgmeta.db"}
    with ExitStack() as running:
        running.enter_context(small_disk(tmp_path / "tmp", "8m"))
        stack = running.enter_context(running_stack(tmp_path, settings))
        wait_until(lambda: len(stack.workers("gunicorn")) == count_workers())
        yield stack


def is_refused_for_room(answer: bytes) -> bool:
    """Tell whether it is nginx's problem for a body without room."""
    head, _, text = answer.partition(b"\r\n\r\n")
    return (
        status_of(answer) == 503
        and b'"status":503,"detail":"There is no room' in text
        and b"Content-Type: application/problem+json" in head
        and b"Retry-After: 5" in head
    )


def test_a_full_tmp_refuses_bodies_and_nothing_else(stack: Stack, data: Path) -> None:
    workers = stack.workers("gunicorn")
    filler = fill(stack.folder / "tmp")
    for body in (b"x", make_photo(width=64, height=48), bytes(5 * MIB)):
        assert is_refused_for_room(stack.post(body))
    # Each counts in the files that the workers share, several times over all of them.
    for path in PATHS * 4:
        assert status_of(stack.get(path)) == 200, path
    assert status_of(stack.post(b"", "")) == 411
    assert stack.workers("gunicorn") == workers, "none has died"
    assert [line["status"] for line in stack.access_log()].count(503) >= 3
    kept = RecordReader(data / "imgmeta.db")
    assert [row["status"] for row in kept.requests()] == [411], "nginx's refusals are in its log"
    filler.unlink()
    assert status_of(stack.post(make_photo(width=1600, height=1200))) == 201
    assert stack.body_files() == []


def test_bodies_on_their_way_may_take_all_room_until_they_leave(stack: Stack) -> None:
    photo = make_photo(width=1600, height=1200)
    slow = post_request(bytes(7 * MIB))
    with socket.create_connection(stack.address, timeout=10) as client:
        client.sendall(slow[:-1])
        wait_until(lambda: sum(path.stat().st_size for path in stack.body_files()) > 6 * MIB)
        assert is_refused_for_room(stack.post(photo))
    wait_until(lambda: status_of(stack.post(photo)) == 201)


def test_a_full_disk_for_sqlite_is_unavailable_and_recovers(stack: Stack, data: Path) -> None:
    photo = make_photo(width=64, height=48)
    assert status_of(stack.post(photo)) == 201
    filler = fill(data)
    # What the log of the database has taken already it can use again.
    wait_until(lambda: status_of(stack.post(photo)) == 503)
    refused = stack.post(photo)
    assert b"retry-after: 5" in refused.lower()
    assert "Nothing was kept" in body_of(refused)["detail"]
    answered = len(RecordReader(data / "imgmeta.db").requests())
    assert status_of(stack.get("/ready")) == 503
    assert status_of(stack.get("/health")) == 200
    filler.unlink()
    assert status_of(stack.get("/ready")) == 200
    assert status_of(stack.post(photo)) == 201
    assert len(RecordReader(data / "imgmeta.db").requests()) == answered + 1
