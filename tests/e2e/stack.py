"""The container's processes without a container: supervisor, nginx and gunicorn as they are.

They see a folder of their own as /tmp, by a mount that nobody else sees, and copies of their
configuration that differ in addresses and in nginx's user (the container runs as no root).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.service.helpers import RecordReader, exchange, free_port, status_of, wait_until

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "service" / "config"
LISTEN = "listen 0.0.0.0:8888;"
GUNICORN = "127.0.0.1:8000"
_ENTER = (
    'mount --bind "$1/nginx.conf" "$2/nginx.conf" && mount --bind "$1/gunicorn.py" "$2/gunicorn.py"'
    ' && mount --bind "$1/tmp" /tmp && shift 2 && exec "$@"'
)


@dataclass(frozen=True)
class Stack:
    """A running service, how to talk to it, and what it has written."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def kept(self) -> RecordReader:
        return RecordReader(self.folder / "tmp" / "imgmeta.db")

    def get(self, path: str, head: str = "", *, method: str = "GET") -> bytes:
        return self.send(f"{method} {path} HTTP/1.1\r\n{head}")

    def post(self, body: bytes, head: str | None = None, *, path: str = "/api/images") -> bytes:
        length = f"Content-Length: {len(body)}\r\n" if head is None else head
        return self.send(f"POST {path} HTTP/1.1\r\n{length}", body)

    def send(self, lines: str, body: bytes = b"") -> bytes:
        head = f"{lines}Host: example.com\r\nConnection: close\r\n\r\n"
        return exchange(self.address, head.encode("latin-1") + body)

    def access_log(self) -> list[dict[str, Any]]:
        lines = (self.folder / "stdout").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def errors(self) -> str:
        return (self.folder / "stderr").read_text()

    def body_files(self) -> list[Path]:
        return list((self.folder / "tmp" / "nginx-body").iterdir())

    def workers(self, words: str) -> list[int]:
        """The process ids of the children of the process whose command has `words`."""
        (master,) = [pid for pid in children(self.process.pid) if words in command(pid)]
        return children(master)

    def kill_workers(self) -> None:
        """Kill every worker of gunicorn, as a machine without memory would."""
        for pid in self.workers("gunicorn"):
            os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """The processes that `pid` has started and that are there."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def command(pid: int) -> str:
    """The command line of a process."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


@contextmanager
def running_stack(
    folder: Path, settings: Mapping[str, str] | None = None, *, host: str = "127.0.0.1"
) -> Iterator[Stack]:
    """Run the service below `folder` until the block ends; without limits of rate unless set."""
    port = free_port()
    process = start(folder, settings or {}, address=f"{host}:{port}")
    stack = Stack(process, folder, port)
    try:
        wait_until(lambda: answers(stack), seconds=30)
        yield stack
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(15)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Make `folder` a disk of its own that takes `size`, such as ``4m``."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


def fill(disk: Path) -> Path:
    """Write until nothing more goes onto the disk; give the file that takes all the room."""
    path = disk / "filler"
    with path.open("xb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return path


def start(folder: Path, settings: Mapping[str, str], *, address: str) -> subprocess.Popen[bytes]:
    (folder / "tmp").mkdir(exist_ok=True)
    upstream = f"127.0.0.1:{free_port()}"
    for name, changes in (
        ("nginx.conf", {LISTEN: f"listen {address};", GUNICORN: upstream}),
        ("gunicorn.py", {GUNICORN: upstream}),
    ):
        text = (CONFIG / name).read_text()
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        (folder / name).write_text(("user root;\n" if name == "nginx.conf" else "") + text)
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as errors:
        return subprocess.Popen(
            [
                *("unshare", "--mount", "sh", "-euc", _ENTER, "sh", str(folder), str(CONFIG)),
                *(sys.executable, "-m", "service.supervise"),
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "IMGMETA_STORE_URL": "sqlite:////tmp/imgmeta.db",
                "IMGMETA_RATE_PER_IP": "0",
                **settings,
            },
            stdout=out,
            stderr=errors,
        )


def answers(stack: Stack) -> bool:
    """Tell whether /health answers 200 through nginx."""
    assert stack.process.poll() is None, stack.errors()
    try:
        return status_of(stack.get("/health")) == 200
    except OSError:
        return False
