from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from falcon import testing

from service.app import create_app
from service.settings import Settings
from service.store.location import SqliteLocation
from tests.service.helpers import RecordReader, make_photo

MAX_BODY = 100_000


@pytest.fixture(scope="session")
def photo() -> bytes:
    return make_photo(width=64, height=48)


@dataclass(frozen=True)
class Service:
    """The application in this process, and a look at what it has kept."""

    client: testing.TestClient
    settings: Settings
    kept: RecordReader


@pytest.fixture
def service(tmp_path: Path) -> Service:
    path = tmp_path / "imgmeta.db"
    digest = "sha256:" + hashlib.sha256(b"image").hexdigest()
    settings = Settings(store=SqliteLocation(path), max_body=MAX_BODY, image_digest=digest)
    client = testing.TestClient(create_app(settings))
    return Service(client=client, settings=settings, kept=RecordReader(path))
