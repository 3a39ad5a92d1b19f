from __future__ import annotations

import hashlib

import pytest

from tests.service.conftest import MAX_BODY, Service
from tests.service.helpers import MULTIPART_TYPE, answer_of, make_photo, multipart


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
    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json == answer_of(photo)
    assert answer.json["image"]["width"] == 64


def test_a_multipart_field_is_answered_alike(service: Service, photo: bytes) -> None:
    answer = service.client.simulate_post(
        "/api/images", body=multipart(photo), headers={"Content-Type": MULTIPART_TYPE}
    )
    assert answer.status_code == 201
    assert answer.json == answer_of(photo)
    (record,) = service.kept.requests()
    assert record["bytes"] == len(photo)
    assert record["sha256"] == hashlib.sha256(photo).hexdigest()


def test_the_result_is_kept_under_its_hash(service: Service, photo: bytes) -> None:
    answer = service.client.simulate_post("/api/images", body=photo)
    digest = hashlib.sha256(photo).hexdigest()
    kept = service.kept.results()
    assert answer.json == {"id": digest, **kept.pop(digest)}
    assert kept == {}


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
        pytest.param(FORM, multipart(b"a", field="photo"), 400, "no field", id="no such field"),
        pytest.param(FORM, NOT_UTF8, 400, "malformed", id="a name that is no UTF-8"),
        pytest.param(FORM, multipart(b""), 400, "no bytes", id="empty field"),
        pytest.param({"Content-Encoding": "gzip"}, b"a", 415, "as it is", id="packed"),
        pytest.param({"Content-Encoding": "identity"}, b"a", 422, "image", id="not packed"),
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
    assert answer.status == f"{status} {answer.json['title']}"
    assert detail in answer.json["detail"]
    (record,) = service.kept.requests()
    assert record["status"] == status
    assert answer.json["instance"].endswith(record["request_id"])


def test_nothing_is_kept_of_what_is_no_image(service: Service) -> None:
    service.client.simulate_post("/api/images", body=b"plain words")
    assert service.kept.results() == {}
    (record,) = service.kept.requests()
    assert record["sha256"] == hashlib.sha256(b"plain words").hexdigest()


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/api/images", {"GET", "HEAD", "POST", "OPTIONS"}),
        (f"/api/images/{'0' * 64}", {"GET", "HEAD", "OPTIONS"}),
        ("/api/requests", {"GET", "HEAD", "OPTIONS"}),
        ("/api/foo", {"GET", "HEAD", "OPTIONS"}),
        ("/metrics", {"GET", "HEAD", "OPTIONS"}),
        ("/openapi.json", {"GET", "HEAD", "OPTIONS"}),
        ("/", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_method_that_is_not_there_is_named(
    service: Service, path: str, methods: set[str]
) -> None:
    answer = service.client.simulate_delete(path)
    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["title"] == "Method Not Allowed"
    assert set(answer.headers["Allow"].split(", ")) == methods
    options = service.client.simulate_options(path)
    assert (options.status_code, options.content) == (200, b"")
    assert {*options.headers["Allow"].split(", "), "OPTIONS"} == methods


def test_the_answer_says_where_it_can_be_read_again(service: Service, photo: bytes) -> None:
    posted = service.client.simulate_post("/api/images", body=photo)
    again = service.client.simulate_post("/api/images", body=photo)
    location = posted.headers["Location"]
    assert location == f"/api/images/{hashlib.sha256(photo).hexdigest()}"
    assert again.headers["Location"] == location
    read = service.client.simulate_get(location)
    assert (read.status_code, read.json) == (200, posted.json)
    assert read.headers["ETag"] == posted.headers["ETag"]
    tag = {"If-None-Match": posted.headers["ETag"]}
    known = service.client.simulate_get(location, headers=tag)
    assert (known.status_code, known.content) == (304, b"")
    head = service.client.simulate_head(location)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(read.content))


def test_groups_are_chosen_by_name(service: Service, photo: bytes) -> None:
    query = {"fields": "image,exif"}
    answer = service.client.simulate_post("/api/images", body=photo, params=query)
    assert list(answer.json) == ["id", "schemaVersion", "image", "exif"]
    read = service.client.simulate_get(answer.headers["Location"], params=query)
    assert read.json == answer.json
    (kept,) = service.kept.results().values()
    assert set(kept) > {"file", "xmp"}, "all of it is kept"


@pytest.mark.parametrize("query", ["fields=imgae", "fields=", "fields=a&fields=b", "field=image"])
def test_what_cannot_be_asked_for_is_refused_and_nothing_kept(
    service: Service, photo: bytes, query: str
) -> None:
    answer = service.client.simulate_post(f"/api/images?{query}", body=photo)
    assert answer.status_code == 400
    assert "field" in answer.json["detail"]
    assert service.kept.results() == {}


def test_several_images_are_answered_in_order_and_a_bad_one_spoils_none(
    service: Service, photo: bytes
) -> None:
    other = make_photo(width=16, height=16, seed=2)
    body = multipart(photo, b"plain words", b"", other)
    answer = service.client.simulate_post("/api/images", body=body, headers=FORM)
    assert answer.status_code == 207
    first, second, third, fourth = answer.json
    assert first == {"status": 201, **answer_of(photo)}
    assert fourth == {"status": 201, **answer_of(other)}
    assert [entry["status"] for entry in (second, third)] == [422, 400]
    assert set(second) == {"type", "title", "status", "detail", "instance"}
    assert set(service.kept.results()) == {first["id"], fourth["id"]}
    (record,) = service.kept.requests()
    assert (record["status"], record["sha256"], record["bytes"]) == (207, None, len(body))


def test_more_parts_than_allowed_are_refused(service: Service) -> None:
    body = multipart(*[b"a"] * 65)
    answer = service.client.simulate_post("/api/images", body=body, headers=FORM)
    assert answer.status_code == 400


@pytest.mark.parametrize("image_id", ["0" * 64, "A" * 64, "0", "..%2Frequests", "%00"])
def test_an_image_that_is_not_known_is_not_found(service: Service, image_id: str) -> None:
    answer = service.client.simulate_get(f"/api/images/{image_id}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
