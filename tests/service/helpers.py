"""What several tests of the service need: a photo, a port, a look into SQLite, a process."""

from __future__ import annotations

import hashlib
import io
import json
import random
import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from service.metadata import extract, to_json


def make_photo(*, width: int, height: int, seed: int = 1) -> bytes:
    """A JPEG as a camera writes it: EXIF with maker, model, orientation and a place."""
    pixels = random.Random(seed).randbytes(width * height * 3)
    exif = Image.Exif()
    exif[0x010F] = "Example"
    exif[0x0110] = "Camera 1"
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.frombytes("RGB", (width, height), pixels).save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def answer_of(image: bytes) -> dict[str, Any]:
    """What the service answers for an image, by the library."""
    digest = hashlib.sha256(image).hexdigest()
    metadata = to_json(extract(image))
    return {"id": digest, **metadata, "file": {**metadata["file"], "sha256": digest}}


def multipart(*contents: bytes, field: str = "file", boundary: str = "frontier") -> bytes:
    """A multipart/form-data body with a file for each of `contents`."""
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{field}"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    parts = [head.encode() + content + b"\r\n" for content in contents]
    return b"".join(parts) + f"--{boundary}--\r\n".encode()


MULTIPART_TYPE = "multipart/form-data; boundary=frontier"


@dataclass(frozen=True)
class RecordReader:
    """Reads a SQLite store without the code that wrote it."""

    path: Path

    def requests(self) -> list[dict[str, Any]]:
        return self._rows("SELECT * FROM requests ORDER BY id")

    def results(self) -> dict[str, Any]:
        rows = self._rows("SELECT * FROM results")
        return {row["sha256"]: json.loads(row["document"]) for row in rows}

    def _rows(self, query: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query)]


def free_port(host: str = "127.0.0.1") -> int:
    with socket.create_server((host, 0)) as server:
        port: int = server.getsockname()[1]
        return port


def wait_until(
    condition: Callable[[], bool], *, seconds: float = 15.0, pause: float = 0.05
) -> None:
    """Return when `condition` holds; fail the test when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(pause)


def listens(port: int, host: str = "127.0.0.1") -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def exchange(address: tuple[str, int], request: bytes, *, timeout: float = 15.0) -> bytes:
    """Send raw bytes, and give all that comes back until the other side closes."""
    with socket.create_connection(address, timeout=timeout) as connection:
        connection.sendall(request)
        received = bytearray()
        while chunk := connection.recv(65536):
            received += chunk
        return bytes(received)


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def body_of(answer: bytes) -> Any:
    return json.loads(answer.partition(b"\r\n\r\n")[2])
