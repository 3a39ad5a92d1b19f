"""The world of the end-to-end tests: a source tree, a home, and the CLI run as people run it."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SENT = ("imgmeta_cli", "service", "terraform", "Dockerfile", ".dockerignore", "pyproject.toml")


@dataclass(frozen=True)
class World:
    """Where a story takes place: its source tree, its home and its environment."""

    folder: Path
    environment: dict[str, str]

    @property
    def source(self) -> Path:
        """A copy of the project, to be changed as the story goes on."""
        return self.folder / "source"

    def with_environment(self, **changes: str) -> World:
        """The same world, seen by somebody with another profile or login."""
        return World(self.folder, {**self.environment, **changes})

    def imgmeta(self, *args: str, prefix: tuple[str, ...] = ()) -> Run:
        """Run the CLI of this world's source tree to its end."""
        command = [*prefix, sys.executable, "-m", "imgmeta_cli", *args]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=1200,
        )
        print(f"$ imgmeta {' '.join(args)}  -> {done.returncode}\n{done.stderr}{done.stdout}")
        return Run(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Run:
    """A finished run of the CLI."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed on standard output, as the JSON document it must be."""
        return json.loads(self.out)


def make_world(folder: Path, sandbox: dict[str, str]) -> World:
    """A fresh copy of the project and a fresh home, in the sandbox's environment."""
    for name in SENT:
        path, target = ROOT / name, folder / "source" / name
        if path.is_dir():
            shutil.copytree(
                path, target, ignore=shutil.ignore_patterns("__pycache__", ".terraform*")
            )
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("AWS_")},
        **sandbox,
        "IMGMETA_HOME": str(folder / "home"),
        "PYTHONPATH": str(folder / "source"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "COLUMNS": "80",
    }
    return World(folder, environment)


def fetch(
    address: str,
    path: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 10,
) -> tuple[int, Any]:
    """GET, or POST where there is a body, on port 8888; the status and the JSON that came."""
    connection = http.client.HTTPConnection(address, 8888, timeout=timeout)
    try:
        connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


@dataclass
class Poller:
    """A client that asks all the while, with a new connection each time."""

    address: str
    failures: list[str] = field(default_factory=list)
    answers: int = 0
    longest_gap_s: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Poller:
        """Start asking."""
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop asking."""
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        last = time.monotonic()
        while not self._stop.is_set():
            try:
                status, _ = fetch(self.address, "/health", timeout=5)
                if status != 200:
                    self.failures.append(f"HTTP {status}")
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.failures.append(repr(error))
            else:
                self.answers += 1
                self.longest_gap_s = max(self.longest_gap_s, time.monotonic() - last)
                last = time.monotonic()
            time.sleep(0.02)
