from __future__ import annotations

import pytest

from tests.service.conftest import Service


@pytest.mark.parametrize(("name", "greeting"), [("foo", "I am the Foo"), ("bar", "I am the Bar")])
def test_a_stored_document_is_answered(service: Service, name: str, greeting: str) -> None:
    answer = service.client.simulate_get(f"/api/{name}")
    assert (answer.status_code, answer.json) == (200, {"greeting": greeting})
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert service.client.simulate_get(f"/api/{name}", headers=tag).status_code == 304


@pytest.mark.parametrize(
    "name",
    ["baz", "FOO", "foo.json", ".foo", "foo%2F", "..%2Ffoo", "%2e%2e", "%2e%2e%2fdocuments%2ffoo",
     "..", "foo%00", "%ff", "a" * 65, "-", "foo/", "foo//", "images/..%2f..%2fapi%2ffoo"],
)  # fmt: skip
def test_nothing_else_is(service: Service, name: str) -> None:
    answer = service.client.simulate_get(f"/api/{name}")
    assert answer.status_code == 404, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_document_takes_no_parameters(service: Service) -> None:
    assert service.client.simulate_get("/api/foo?fields=image").status_code == 400
