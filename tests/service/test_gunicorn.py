"""The service as gunicorn runs it, over real sockets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.service.conftest import MAX_BODY
from tests.service.helpers import (
    RecordReader,
    answer_of,
    body_of,
    exchange,
    free_port,
    listens,
    status_of,
    wait_until,
)

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Running:
    """A gunicorn of its own, its address, and a look at what it keeps."""

    process: subprocess.Popen[bytes]
    address: tuple[str, int]
    kept: RecordReader

    def post(self, head: str, body: bytes = b"", *, path: str = "/api/images") -> bytes:
        request = f"POST {path} HTTP/1.1\r\nHost: example.com\r\n{head}\r\n"
        return exchange(self.address, request.encode() + body)


def start(port: int, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "--config", "service/config/gunicorn.py"]
    return subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env={**os.environ, **settings},
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    port, path = free_port(), tmp_path / "imgmeta.db"
    settings = {"IMGMETA_STORE_URL": f"sqlite:///{path}", "IMGMETA_MAX_BODY": str(MAX_BODY)}
    process = start(port, settings)
    try:
        wait_until(lambda: listens(port))
        yield Running(process, ("127.0.0.1", port), RecordReader(path))
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_a_photo_is_answered_and_recorded(running: Running, photo: bytes) -> None:
    answer = running.post(f"Content-Length: {len(photo)}\r\n", photo)
    assert status_of(answer) == 201
    assert body_of(answer) == answer_of(photo)
    assert [row["status"] for row in running.kept.requests()] == [201]


def test_a_body_without_a_length_is_refused(running: Running) -> None:
    assert status_of(running.post("")) == 411
    chunked = running.post("Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n0\r\n\r\n")
    assert status_of(chunked) == 411
    assert [row["status"] for row in running.kept.requests()] == [411, 411]


def test_a_body_above_the_limit_is_refused_before_it_is_sent(running: Running) -> None:
    answer = running.post("Content-Length: 50000000\r\n")
    assert status_of(answer) == 413
    (record,) = running.kept.requests()
    assert (record["status"], record["bytes"], record["sha256"]) == (413, 50_000_000, None)


@pytest.mark.parametrize("path", ["/api/images", "/nowhere"])
def test_a_refused_body_is_taken_so_that_the_answer_arrives(running: Running, path: str) -> None:
    body = b"x" * (MAX_BODY + 60_000)
    answer = running.post(f"Content-Length: {len(body)}\r\n", body, path=path)
    assert status_of(answer) == (413 if path == "/api/images" else 404)


def test_an_answered_post_outlives_the_death_of_every_process(
    running: Running, photo: bytes
) -> None:
    head = f"Content-Length: {len(photo)}\r\n"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: running.post(head, photo), range(24)))
    running.process.kill()
    assert {status_of(answer) for answer in answers} == {201}
    assert len(running.kept.requests()) == 24


def test_sigterm_ends_it_well(running: Running) -> None:
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(5) == 0


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("IMGMETA_MAX_BODY", "many", "IMGMETA_MAX_BODY is wrong: it must be a number of bytes"),
        ("IMGMETA_STORE_URL", "sqlite:////nowhere/x.db", "the folder /nowhere does not exist"),
    ],
)
def test_what_cannot_work_ends_at_once_with_the_reason(
    setting: str, value: str, reason: str
) -> None:
    process = start(free_port(), {setting: value})
    _, errors = process.communicate(timeout=20)
    assert process.returncode not in (0, -signal.SIGTERM)
    assert f"imgmeta: {reason}" in errors.decode()
