"""An S3 for tests: moto's server as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.service.helpers import free_port, listens, wait_until

# moto takes any credentials.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "123456789012",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
}


@contextmanager
def running_moto(host: str = "127.0.0.1", port: int | None = None) -> Iterator[str]:
    """Run moto's server on `host`; give its URL."""
    port = port or free_port(host)
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", host, "-p", str(port)],
        env={**os.environ, **CREDENTIALS},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: listens(port, host), seconds=60)
        yield f"http://{host}:{port}"
    finally:
        process.terminate()
        process.wait(10)
