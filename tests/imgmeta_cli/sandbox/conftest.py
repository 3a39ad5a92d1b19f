"""A really running emulator: its own environment, our corrections, loopback, no containers."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from imgmeta_cli.sandbox import services
from imgmeta_cli.sandbox.environment import ensure_environment
from imgmeta_cli.sandbox.network import LOOPBACK, free_port

POOL = "203.0.113.0/28"
Connect = Callable[..., Any]


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an emulator that has no engine behind it."""
    folder = tmp_path_factory.mktemp("emulator")
    python = ensure_environment(folder / "venv", report=print)
    port = free_port(14566, hosts=(LOOPBACK,))
    command = [*services.launch_command(python), "--port", str(port), "--address-pool", POOL]
    environment = {"HOME": str(folder), "TMPDIR": str(folder), "PATH": "/usr/bin:/bin"}
    environment["DOCKER_HOST"] = f"unix://{folder}/no-engine.sock"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_healthy(port, process, log=folder / "log")
        yield f"http://{LOOPBACK}:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def connect(emulator_url: str) -> Connect:
    """Makes a boto3 client of the emulator for a service, account and region."""

    def make(
        service: Any = "ec2",
        *,
        account: str = "111111111111",
        region: str = "eu-central-1",
    ) -> Any:
        return boto3.client(
            service,
            endpoint_url=emulator_url,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="x",
        )

    return make


def _wait_until_healthy(port: int, process: subprocess.Popen[bytes], *, log: Path) -> None:
    deadline = time.monotonic() + 60
    while not services.answers(services.health_url(port)):
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the emulator did not start:\n{log.read_text()}")
        time.sleep(0.1)
