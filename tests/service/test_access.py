"""Who may do what: decided without HTTP, then seen over it."""

from __future__ import annotations

import hashlib

import pytest

from service.access import Access, Caller, Refusal, Rules, decide, is_known
from service.settingvalues import ApiKey
from tests.service.conftest import Service, ServiceMaker


def sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


KEYS = (ApiKey(name="a", sha256=sha256("key-a")), ApiKey(name="b", sha256=sha256("key-b")))
RULES = Rules(api_keys=KEYS, admin_token_sha256=sha256("token"))


@pytest.mark.parametrize(
    ("access", "secret", "way", "rules", "refusal"),
    [
        (Access.OPEN, None, "public", RULES, None),
        (Access.KEY, None, "public", Rules(), None),
        (Access.KEY, None, "public", RULES, Refusal.KEY_NEEDED),
        (Access.KEY, "key-c", "public", RULES, Refusal.KEY_NEEDED),
        (Access.KEY, sha256("key-a"), "public", RULES, Refusal.KEY_NEEDED),
        (Access.KEY, "key-a", "public", RULES, None),
        (Access.KEY, "key-b", "public", RULES, None),
        (Access.ADMIN, "token", "local", Rules(), Refusal.NO_TOKEN_SET),
        (Access.ADMIN, "token", "public", RULES, Refusal.NOT_PRIVATE),
        (Access.ADMIN, "wrong", "public", RULES, Refusal.NOT_PRIVATE),
        (Access.ADMIN, "token", "tls", RULES, None),
        (Access.ADMIN, "token", "local", RULES, None),
        (Access.ADMIN, "key-a", "tls", RULES, Refusal.TOKEN_NEEDED),
        (Access.ADMIN, None, "local", RULES, Refusal.TOKEN_NEEDED),
        (Access.INSIDE, None, "local", Rules(), None),
        (Access.INSIDE, None, "public", Rules(), Refusal.NO_TOKEN_SET),
        (Access.INSIDE, None, "tls", RULES, Refusal.TOKEN_NEEDED),
        (Access.INSIDE, "token", "tls", RULES, None),
    ],
)
def test_what_is_needed_decides(
    access: Access, secret: str | None, way: str, rules: Rules, refusal: Refusal | None
) -> None:
    caller = Caller(secret=secret, is_local=way == "local", is_private=way != "public")
    assert decide(access, caller, rules) is refusal


def test_nothing_is_not_a_secret() -> None:
    assert not is_known(None, (sha256(""),))


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": "Bearer key-a"}, {"authorization": "bearer  key-a"}, {"X-API-Key": "key-a"}],
)
def test_a_key_opens_what_needs_one(
    make_service: ServiceMaker, photo: bytes, headers: dict[str, str]
) -> None:
    service = make_service(api_keys=KEYS)
    posted = service.client.simulate_post("/api/images", body=photo, headers=headers)
    assert posted.status_code == 201
    location = posted.headers["Location"]
    assert service.client.simulate_get(location, headers=headers).status_code == 200
    assert service.client.simulate_get("/api/foo", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": "wrong"}, {"Authorization": "Basic key-a"}])
def test_without_a_key_nothing_is_read(
    make_service: ServiceMaker, photo: bytes, headers: dict[str, str]
) -> None:
    service = make_service(api_keys=KEYS)
    answer = service.client.simulate_post("/api/images", body=photo, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert service.kept.results() == {}
    (record,) = service.kept.requests()
    assert (record["status"], record["sha256"]) == (401, None)
    for path in ("/api/foo", f"/api/images/{'0' * 64}"):
        assert service.client.simulate_get(path, headers=headers).status_code == 401
    for path in ("/health", "/ready", "/", "/docs", "/openapi.json"):
        assert service.client.simulate_get(path).status_code == 200


def get_as_admin(service: Service, path: str, *, peer: str, **headers: str) -> int:
    sent = {
        "Authorization": "Bearer token",
        **{name.replace("_", "-"): headers[name] for name in headers},
    }
    answer = service.client.simulate_get(path, headers=sent, extras={"REMOTE_ADDR": peer})
    return answer.status_code


@pytest.mark.parametrize("path", ["/api/images", "/api/requests", "/metrics"])
def test_the_token_is_taken_privately_alone(make_service: ServiceMaker, path: str) -> None:
    service = make_service(admin_token_sha256=sha256("token"))
    forwarded = {"X_Forwarded_For": "203.0.113.9"}
    nginx = "127.0.0.1"
    assert get_as_admin(service, path, peer=nginx, **forwarded) == 403
    assert get_as_admin(service, path, peer=nginx, **forwarded, X_Forwarded_Proto="https") == 200
    assert get_as_admin(service, path, peer=nginx, X_Forwarded_For="127.0.0.1") == 200
    assert get_as_admin(service, path, peer="192.0.2.1", X_Forwarded_Proto="https") == 403


def test_metrics_need_no_token_on_the_machine_itself(service: Service) -> None:
    assert service.client.simulate_get("/metrics").status_code == 200
    away = service.client.simulate_get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert away.status_code == 403
