from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.service.conftest import Service


def test_a_post_to_any_path_is_recorded_and_nothing_else(service: Service) -> None:
    service.client.simulate_post("/nowhere", body=b"12345")
    service.client.simulate_post("/health")
    service.client.simulate_get("/health")
    service.client.simulate_put("/api/images", body=b"1")
    kept = [(row["method"], row["path"], row["status"]) for row in service.kept.requests()]
    assert kept == [("POST", "/nowhere", 404), ("POST", "/health", 405)]


def test_a_record_says_when_what_and_how_long(service: Service, photo: bytes) -> None:
    before = datetime.now(UTC)
    answer = service.client.simulate_post("/api/images", body=photo)
    (record,) = service.kept.requests()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["timestamp"])
    written = datetime.fromisoformat(record["timestamp"])
    assert abs((written - before).total_seconds()) < 5
    assert 0 < record["duration_ms"] < 5000
    assert record["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("body", "headers", "size"),
    [
        (b"{}", {"Content-Type": "application/json"}, 2),
        (b"", {"Content-Length": "999999999"}, 999_999_999),
        (b"", {}, None),
    ],
)
def test_an_unread_body_has_its_declared_size_and_no_hash(
    service: Service, body: bytes, headers: dict[str, str], size: int | None
) -> None:
    service.client.simulate_post("/api/images", body=body, headers=headers)
    (record,) = service.kept.requests()
    assert (record["bytes"], record["sha256"]) == (size, None)


@pytest.mark.parametrize(
    ("peer", "forwarded", "recorded"),
    [
        pytest.param("127.0.0.1", "203.0.113.9", "203.0.113.9", id="nginx says who"),
        pytest.param("::1", "2001:db8::1", "2001:db8::1", id="over IPv6"),
        pytest.param("127.0.0.1", None, "127.0.0.1", id="nobody says"),
        pytest.param("127.0.0.1", "203.0.113.9, 198.51.100.1", "127.0.0.1", id="a list"),
        pytest.param("127.0.0.1", "<script>", "127.0.0.1", id="no address"),
        pytest.param("192.0.2.7", "203.0.113.9", "192.0.2.7", id="a stranger says"),
    ],
)
def test_the_header_is_believed_from_loopback_alone(
    service: Service, peer: str, forwarded: str | None, recorded: str
) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    service.client.simulate_post(
        "/api/images", body=b"x", headers=headers, extras={"REMOTE_ADDR": peer}
    )
    (record,) = service.kept.requests()
    assert record["client_ip"] == recorded


@pytest.mark.parametrize(
    ("peer", "given", "kept"),
    [
        ("127.0.0.1", "0123456789abcdef" * 2, True),
        ("192.0.2.7", "0123456789abcdef" * 2, False),
        ("127.0.0.1", "../../etc/passwd", False),
    ],
)
def test_a_request_id_is_taken_from_nginx_alone(
    service: Service, peer: str, given: str, kept: bool
) -> None:
    answer = service.client.simulate_post(
        "/api/images", headers={"X-Request-ID": given}, extras={"REMOTE_ADDR": peer}
    )
    assert (answer.headers["X-Request-ID"] == given) is kept
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])
