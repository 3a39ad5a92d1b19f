from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

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
    bodies: Path


class ServiceMaker(Protocol):
    """Makes the application with settings beside those that all tests have."""

    def __call__(self, **settings: Any) -> Service:
        """Give it, with a store of its own."""


@pytest.fixture
def make_service(tmp_path: Path) -> ServiceMaker:
    def make(**chosen: Any) -> Service:
        path = tmp_path / "imgmeta.db"
        digest = "sha256:" + hashlib.sha256(b"image").hexdigest()
        fixed = Settings(store=SqliteLocation(path), max_body=MAX_BODY, image_digest=digest)
        settings = replace(fixed, **chosen)
        bodies = tmp_path / "bodies"
        bodies.mkdir()
        client = testing.TestClient(create_app(settings, body_folder=bodies))
        return Service(client=client, settings=settings, kept=RecordReader(path), bodies=bodies)

    return make


@pytest.fixture
def service(make_service: ServiceMaker) -> Service:
    return make_service()
