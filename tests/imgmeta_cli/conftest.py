"""The world of the CLI's tests: a home of their own, moto for AWS, and no way out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.imgmeta_cli.helpers import REGION, aws_environment
from tests.imgmeta_cli.loopback_only import sitecustomize
from tests.service.moto import running_moto


@pytest.fixture(autouse=True)
def _here_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process, and each Python that a test starts, can reach the loopback alone."""
    monkeypatch.setenv(sitecustomize.SWITCH, "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(sitecustomize.__file__).parent))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home folder, with no deployment, no AWS profile and no Docker login in it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("IMGMETA_HOME", str(tmp_path / ".imgmeta"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    return tmp_path


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """The URL of a moto server, which answers as AWS does."""
    with running_moto() as url:
        yield url


@pytest.fixture
def aws(moto_url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """A session whose AWS is moto; child processes see the same AWS."""
    for name, value in aws_environment(moto_url).items():
        monkeypatch.setenv(name, value)
    return boto3.Session(region_name=REGION)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A source tree as it is sent to the engine."""
    folder = tmp_path / "bundle"
    for name in ("Dockerfile", ".dockerignore", "service/app.py", "service/config/start.sh"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder
