from __future__ import annotations

from pathlib import Path

import pytest

from service.resources.pages import WEB, load_pages
from tests.service.conftest import Service


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/docs", "text/html; charset=utf-8"),
        ("/web/docs.js", "text/javascript; charset=utf-8"),
        ("/web/docs.css", "text/css; charset=utf-8"),
        ("/web/icon.svg", "image/svg+xml"),
    ],
)
def test_a_page_is_answered_with_its_type_and_may_ask_nobody_else(
    service: Service, path: str, media_type: str
) -> None:
    answer = service.client.simulate_get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    known = service.client.simulate_get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_every_file_of_the_folder_is_answered(service: Service) -> None:
    names = [path.relative_to(WEB).as_posix() for path in WEB.rglob("*") if path.is_file()]
    assert set(names) == set(load_pages(WEB))
    for name in names:
        answer = service.client.simulate_get(f"/web/{name}")
        assert answer.content == (WEB / name).read_bytes(), name


@pytest.mark.parametrize("name", ["", "nothing.js", "../app.py", "..%2Fapp.py", "%2e%2e/app.py"])
def test_no_other_file_is(service: Service, name: str) -> None:
    answer = service.client.simulate_get(f"/web/{name}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_what_has_no_known_type_is_bytes(tmp_path: Path) -> None:
    (tmp_path / "x.unknown").write_bytes(b"x")
    assert load_pages(tmp_path)["x.unknown"].media_type == "application/octet-stream"
