"""For several test modules: an AWS environment, a little HTTP server, the CLI as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "123456789012"
REGION = "eu-central-1"


def aws_environment(url: str) -> dict[str, str]:
    """The environment of somebody whose AWS answers at `url`; moto takes any credentials."""
    return {
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": url,
    }


@dataclass(frozen=True)
class Reply:
    """What the little server answers: a status and a body, or a stream of messages."""

    status: int
    body: bytes = b""
    stream: tuple[dict[str, Any], ...] = ()


@contextmanager
def serving(
    answer: Callable[[str, str], Reply], *, host: str = "127.0.0.1", port: int = 0
) -> Iterator[str]:
    """Run an HTTP server whose `answer(method, path)` decides each reply; give its HOST:PORT."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = answer(self.command, self.path)
            self.send_response(reply.status)
            if reply.stream:
                self._send_stream(reply.stream)
                return
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def _send_stream(self, messages: tuple[dict[str, Any], ...]) -> None:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for message in messages:
                line = json.dumps(message).encode() + b"\r\n"
                self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

        do_POST = do_GET  # noqa: N815 - the name is http.server's

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Keep the tests' output readable."""

    server = ThreadingHTTPServer((host, port), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def serving_engine(replies: Mapping[str, Reply], *, seen: list[str] | None = None) -> Iterator[str]:
    """A Docker Engine (its API of version 1.41) that gives these replies; give its DOCKER_HOST.

    A key is a path without the version and the query, such as "/images/acme/imgmeta/push", or the
    start of paths, such as "/distribution/". The paths that were asked for are added to `seen`.
    """
    known = {
        "/version": Reply(200, b'{"ApiVersion": "1.41", "MinAPIVersion": "1.12"}'),
        "/_ping": Reply(200, b"OK"),
        **replies,
    }
    missing = Reply(404, b'{"message": "no such page"}')

    def answer(method: str, path: str) -> Reply:
        asked = unquote(urlsplit(path).path).removeprefix("/v1.41")
        if seen is not None:
            seen.append(asked)
        starts = (reply for key, reply in known.items() if key[-1] == "/" and asked.startswith(key))
        return known.get(asked) or next(starts, missing)

    with serving(answer) as where:
        yield f"tcp://{where}"


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


def imgmeta(*args: str, **environ: str) -> Run:
    """Run the CLI as a process of its own, with `environ` added to this environment."""
    done = subprocess.run(
        command(*args), env=_environment(environ), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr)


def command(*args: str) -> list[str]:
    """The command line of the CLI that is under test."""
    return [sys.executable, "-m", "imgmeta_cli", *args]


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **more}
