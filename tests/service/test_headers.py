from __future__ import annotations

import pytest

from tests.service.conftest import Service, ServiceMaker

ORIGIN = "https://photos.example"


@pytest.mark.parametrize("path", ["/health", "/nowhere", "/api/images", "/api/foo"])
def test_no_answer_can_be_taken_for_a_page(service: Service, path: str) -> None:
    answer = service.client.simulate_get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_pages_of_other_origins_may_not_call_unless_said(service: Service) -> None:
    answer = service.client.simulate_options("/api/images", headers={"Origin": ORIGIN})
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        ((ORIGIN,), ORIGIN, ORIGIN),
        ((ORIGIN,), "https://photos.example.evil.example", None),
        ((ORIGIN,), "null", None),
        ((ORIGIN,), None, None),
        (("*",), "https://anywhere.example", "*"),
    ],
)
def test_pages_of_origins_that_are_set_may_call(
    make_service: ServiceMaker,
    photo: bytes,
    origins: tuple[str, ...],
    origin: str | None,
    allowed: str | None,
) -> None:
    client = make_service(cors_origins=origins).client
    headers = {"Origin": origin} if origin else {}
    for answer in (
        client.simulate_post("/api/images", body=photo, headers=headers),
        client.simulate_post("/api/images", body=b"x", headers=headers),
        client.simulate_options("/api/images", headers=headers),
    ):
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        assert answer.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    if allowed:
        assert "X-API-Key" in answer.headers["Access-Control-Allow-Headers"]
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
