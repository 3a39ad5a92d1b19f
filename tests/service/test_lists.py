"""The lists of results and of requests, as an administrator sees them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from falcon import testing

from tests.service.conftest import Service, ServiceMaker
from tests.service.helpers import make_photo
from tests.service.test_access import sha256


class Admin:
    """A client with the token, on the machine itself."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> testing.Result:
        sent = {"Authorization": "Bearer token", **(headers or {})}
        return self.service.client.simulate_get(path, headers=sent)


@pytest.fixture
def photos() -> list[bytes]:
    return [make_photo(width=8 + n, height=8, seed=n) for n in range(5)]


@pytest.fixture
def admin(make_service: ServiceMaker, photos: list[bytes]) -> Admin:
    service = make_service(admin_token_sha256=sha256("token"))
    for photo in photos:
        assert service.client.simulate_post("/api/images", body=photo).status_code == 201
    service.client.simulate_post("/nowhere", body=b"x")
    return Admin(service)


def test_results_come_newest_first_page_by_page(admin: Admin, photos: list[bytes]) -> None:
    seen: list[str] = []
    path = "/api/images?limit=2&format=JPEG"
    while True:
        answer = admin.get(path)
        seen += [entry["id"] for entry in answer.json["images"]]
        if answer.json["next"] is None:
            break
        assert f"cursor={answer.json['next']}" in answer.headers["Link"]
        path = answer.headers["Link"].partition(">")[0].removeprefix("<")
    assert seen == [hashlib.sha256(photo).hexdigest() for photo in reversed(photos)]
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_entry_has_what_was_asked_for(admin: Admin) -> None:
    entry = admin.get("/api/images?limit=1").json["images"][0]
    assert list(entry) == ["id", "receivedAt", "format", "schemaVersion", "file", "image"]
    entry = admin.get("/api/images?limit=1&fields=exif").json["images"][0]
    assert list(entry) == ["id", "receivedAt", "format", "schemaVersion", "exif"]
    received = datetime.fromisoformat(entry["receivedAt"])
    assert abs((datetime.now(UTC) - received).total_seconds()) < 60


def test_results_are_filtered(admin: Admin) -> None:
    assert admin.get("/api/images?format=PNG").json == {"images": [], "next": None}
    assert admin.get("/api/images?until=2020-01-01").json["images"] == []
    assert len(admin.get("/api/images?since=2020-01-01").json["images"]) == 5


def test_requests_are_json_or_csv(admin: Admin) -> None:
    records = admin.get("/api/requests").json["requests"]
    assert [record["path"] for record in records] == ["/nowhere"] + ["/api/images"] * 5
    by_name = admin.get("/api/requests?format=csv")
    by_header = admin.get("/api/requests", {"Accept": "text/csv"})
    assert by_name.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert by_header.text == by_name.text
    rows = list(csv.DictReader(io.StringIO(by_name.text)))
    text = [{name: "" if v is None else str(v) for name, v in r.items()} for r in records]
    assert rows == text
    for accept in ("*/*", "text/html", "application/json, text/csv;q=0.5"):
        assert "requests" in admin.get("/api/requests", {"Accept": accept}).json


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("status=404", 1),
        ("path=/nowhere", 1),
        ("method=POST", 6),
        ("ip=127.0.0.1", 6),
        ("ip=192.0.2.1", 0),
        (f"sha256={'0' * 64}", 0),
        ("since=2020-01-01&status=201&limit=3", 3),
        ("until=2020-01-01", 0),
    ],
)
def test_requests_are_filtered(admin: Admin, query: str, count: int) -> None:
    assert len(admin.get(f"/api/requests?{query}").json["requests"]) == count


@pytest.mark.parametrize("path", ["/api/images", "/api/requests"])
@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "cursor=x",
        "since=noon",
        "format=%2F",
        "colour=red",
        "limit=1&limit=2",
    ],
)
def test_what_cannot_be_asked_is_refused(admin: Admin, path: str, query: str) -> None:
    answer = admin.get(f"{path}?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
