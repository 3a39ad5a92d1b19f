from __future__ import annotations

import hashlib

import pytest

from service.metadata import extract, to_json
from tests.service.conftest import MAX_BODY, Service
from tests.service.helpers import MULTIPART_TYPE, multipart


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "application/octet-stream",
        "image/jpeg",
        "IMAGE/PNG; q=1",
        "application/x-www-form-urlencoded",
    ],
)
def test_a_raw_body_is_answered_with_what_the_library_says(
    service: Service, photo: bytes, content_type: str | None
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = service.client.simulate_post("/api/images", body=photo, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json == to_json(extract(photo))
    assert answer.json["image"]["width"] == 64


def test_a_multipart_field_is_answered_alike(service: Service, photo: bytes) -> None:
    answer = service.client.simulate_post(
        "/api/images", body=multipart(photo), headers={"Content-Type": MULTIPART_TYPE}
    )
    assert answer.status_code == 200
    assert answer.json == to_json(extract(photo))
    (record,) = service.kept.requests()
    assert record["bytes"] == len(photo)
    assert record["sha256"] == hashlib.sha256(photo).hexdigest()


def test_the_result_is_kept_under_its_hash(service: Service, photo: bytes) -> None:
    answer = service.client.simulate_post("/api/images", body=photo)
    assert service.kept.results() == {hashlib.sha256(photo).hexdigest(): answer.json}


def test_an_image_of_exactly_the_limit_is_read(service: Service) -> None:
    headers = {"Content-Type": MULTIPART_TYPE}
    image = b"x" * MAX_BODY
    raw = service.client.simulate_post("/api/images", body=image)
    form = service.client.simulate_post("/api/images", body=multipart(image), headers=headers)
    assert (raw.status_code, form.status_code) == (422, 422)


def typed(content_type: str) -> dict[str, str]:
    return {"Content-Type": content_type}


FORM = typed(MULTIPART_TYPE)
HUGE = {"Content-Length": "999999999"}
SECOND = multipart(b"a").removesuffix(b"--frontier--\r\n") + multipart(b"b")
NOT_UTF8 = multipart(b"a").replace(b"photo.jpg", b"\xff\xfe")


@pytest.mark.parametrize(
    ("headers", "body", "status", "detail"),
    [
        pytest.param({}, b"", 411, "Content-Length", id="no length"),
        pytest.param({"Content-Length": "0"}, b"", 400, "no bytes", id="empty"),
        pytest.param({"Content-Length": "9"}, b"abc", 400, "ended before", id="cut short"),
        pytest.param({}, b"x" * (MAX_BODY + 1), 413, str(MAX_BODY), id="too large"),
        pytest.param(
            {"Content-Length": "999999999"}, b"", 413, "At most", id="too large, declared"
        ),
        pytest.param(FORM, multipart(b"x" * (MAX_BODY + 1)), 413, "At most", id="field too large"),
        pytest.param(typed("application/json"), b"{}", 415, "json", id="json"),
        pytest.param(typed("text/html"), b"a", 415, "text/html", id="html"),
        pytest.param(typed("multipart/mixed"), b"a", 415, "mixed", id="multipart mixed"),
        pytest.param(
            {"Content-Type": "multipart/form-data"}, b"a", 400, "oundary", id="no boundary"
        ),
        pytest.param(FORM, b"no form at all", 400, "malformed", id="broken form"),
        pytest.param(FORM, multipart(b"a")[:-8], 400, "malformed", id="form cut short"),
        pytest.param(FORM, multipart(b"a", field="photo"), 400, "0 fields", id="no such field"),
        pytest.param(FORM, SECOND, 400, "2 fields", id="two files"),
        pytest.param(FORM, NOT_UTF8, 400, "malformed", id="a name that is no UTF-8"),
        pytest.param(FORM, multipart(b""), 400, "no bytes", id="empty field"),
        pytest.param({}, b"plain words", 422, "image", id="no image"),
    ],
)
def test_a_refusal_is_a_problem_and_is_recorded(
    service: Service, headers: dict[str, str], body: bytes, status: int, detail: str
) -> None:
    answer = service.client.simulate_post("/api/images", body=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.json) == {"type", "title", "status", "detail", "instance"}
    assert answer.json["status"] == status
    assert detail in answer.json["detail"]
    (record,) = service.kept.requests()
    assert record["status"] == status
    assert answer.json["instance"].endswith(record["request_id"])


def test_nothing_is_kept_of_what_is_no_image(service: Service) -> None:
    service.client.simulate_post("/api/images", body=b"plain words")
    assert service.kept.results() == {}
    (record,) = service.kept.requests()
    assert record["sha256"] == hashlib.sha256(b"plain words").hexdigest()


def test_a_method_that_is_not_there_is_named(service: Service) -> None:
    answer = service.client.simulate_get("/api/images")
    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["title"] == "Method Not Allowed"
    assert "POST" in answer.headers["Allow"]
