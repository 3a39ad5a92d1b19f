"""One embedded AWS for all end-to-end tests; it is stopped at the end, whatever has happened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from imgmeta_cli.sandbox import control
from tests.e2e.world import ROOT, World, make_world


@pytest.fixture(scope="session")
def sandbox() -> Iterator[dict[str, str]]:
    """The sandbox's environment. It runs in the demo's folder, whose downloads serve again."""
    home = ROOT / ".imgmeta" / "sandbox"
    try:
        yield control.start(home, report=print).environment()
    finally:
        print(control.stop(home, report=print))


@pytest.fixture(scope="session")
def docker_engine(sandbox: dict[str, str]) -> Iterator[docker.DockerClient]:
    """The engine that the sandbox found or started."""
    client = docker.DockerClient(base_url=sandbox["DOCKER_HOST"])
    yield client
    client.close()


@pytest.fixture(scope="module")
def world(sandbox: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> World:
    """A source tree and a home for the tests of one module."""
    return make_world(tmp_path_factory.mktemp("world"), sandbox)


@pytest.fixture(scope="session")
def photo() -> Path:
    """A photo with EXIF and GPS."""
    return ROOT / "examples" / "photo.jpg"
