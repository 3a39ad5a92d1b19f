"""A registry that says no: known before anything is provisioned."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.e2e.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(autouse=True, scope="module")
def source_of_its_own(world: World) -> None:
    """A source that no other test has pushed: what is in the registry already needs no login."""
    path = world.source / "service" / "__init__.py"
    path.write_text(path.read_text() + "\nREFUSED = True\n")


def log_in(folder: Path, host: str, login: str | None) -> str:
    """A Docker configuration folder with this login, or none."""
    folder.mkdir()
    auths = {host: {"auth": base64.b64encode(login.encode()).decode()}} if login else {}
    (folder / "config.json").write_text(json.dumps({"auths": auths}))
    return str(folder)


@pytest.mark.parametrize("login", ["imgmeta:wrong", None], ids=["wrong password", "no login"])
def test_refused_push_stops_the_deploy(world: World, tmp_path: Path, login: str | None) -> None:
    host = world.environment["IMGMETA_REPOSITORY"].partition("/")[0]
    stranger = world.with_environment(DOCKER_CONFIG=log_in(tmp_path / "docker", host, login))
    run = stranger.imgmeta("deploy", "--yes")
    assert run.code == 71
    assert "refused the push" in run.err
    assert f"docker login {host}" in run.err
    assert_nothing_provisioned(world)


def test_private_repository_stops_the_deploy(world: World) -> None:
    host = world.environment["IMGMETA_REPOSITORY"].partition("/")[0]
    run = world.imgmeta("deploy", "--yes", "--repository", f"{host}/private/imgmeta")
    assert run.code == 71
    assert "is private" in run.err
    assert_nothing_provisioned(world)


def assert_nothing_provisioned(world: World) -> None:
    assert not list((world.folder / "home").glob("deployments/**/terraform.tfstate"))
