"""What nginx decides in front of the service: refusals, limits, whom to believe."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.containers import post_request
from tests.e2e.stack import Stack, running_stack
from tests.service.helpers import (
    MULTIPART_TYPE,
    answer_of,
    body_of,
    exchange,
    free_port,
    listens,
    make_photo,
    multipart,
    status_of,
    wait_until,
)

pytestmark = pytest.mark.e2e

MIB = 1024 * 1024
TOKEN = "a token that only this test knows"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="module")
def photo() -> bytes:
    return make_photo(width=64, height=48)


def headers_of(answer: bytes) -> dict[str, str]:
    lines = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    return {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }


def logged(stack: Stack, request_id: str) -> dict[str, Any]:
    """The line of the access log for a request."""

    def find() -> list[dict[str, Any]]:
        return [line for line in stack.access_log() if line["requestId"] == request_id]

    wait_until(lambda: bool(find()))
    (line,) = find()
    return line


@pytest.mark.parametrize(
    ("lines", "status", "path"),
    [
        pytest.param("GARBAGE\r\n", 400, "", id="no request"),
        pytest.param("POST /api/images HTTP/1.1\r\nContent-Length: x\r\n", 400, "/api/images",
                     id="no number"),
        pytest.param("POST /api/images HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n", 400,
                     "/api/images", id="two lengths"),
        pytest.param("POST /api/images HTTP/1.1\r\nContent-Length: 1\r\n"
                     "Transfer-Encoding: chunked\r\n", 400, "/api/images", id="smuggled"),
        pytest.param("TRACE /a HTTP/1.1\r\n", 405, "/a", id="TRACE"),
        pytest.param(f"GET /{'a' * 9000} HTTP/1.1\r\n", 414, "", id="long path"),
        pytest.param(f"GET /a?token=x HTTP/1.1\r\nX: {'a' * 9000}\r\n", 431, "/a",
                     id="long header"),
        pytest.param("GET /a HTTP/1.1\r\n" + f"X: {'a' * 7000}\r\n" * 5, 431, "/a",
                     id="many headers"),
        pytest.param("POST /a HTTP/1.1\r\nTransfer-Encoding: gzip\r\n", 501, "/a", id="gzip"),
        pytest.param("GET /a HTTP/3.0\r\n", 505, "", id="HTTP/3"),
        pytest.param("GET /-/problem HTTP/1.1\r\n", 404, "/-/problem", id="inside"),
    ],
)  # fmt: skip
def test_a_refusal_of_nginx_is_a_problem_and_stands_in_its_log(
    stack: Stack, lines: str, status: int, path: str
) -> None:
    answer = stack.send(lines)
    headers, problem = headers_of(answer), body_of(answer)
    assert (status_of(answer), problem["status"]) == (status, status)
    assert headers["content-type"] == "application/problem+json"
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert problem["instance"] == f"/api/requests/{headers['x-request-id']}"
    line = logged(stack, headers["x-request-id"])
    assert (line["status"], line["path"]) == (status, path)
    assert line["clientIp"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        pytest.param("GET /api/images/\xc3\xbc HTTP/1.1\r\n", 400, id="no ASCII"),
        pytest.param("AB /a HTTP/1.1\r\n", 400, id="short method"),
        pytest.param("GET /a HTTP/1.1\r\nX: \x01\r\n", 400, id="control character"),
        pytest.param("GET /a HTTP/1.1\r\n" + "X: a\r\n" * 200, 431, id="200 headers"),
        pytest.param("POST /api/images HTTP/1.1\r\nContent-Length: 0\r\n"
                     + "Content-Type: a/b\r\n" * 2, 400, id="two types"),
    ],
)  # fmt: skip
def test_a_refusal_of_gunicorn_is_a_problem_too(stack: Stack, lines: str, status: int) -> None:
    answer = stack.send(lines)
    headers, problem = headers_of(answer), body_of(answer)
    assert (status_of(answer), problem["status"]) == (status, status)
    assert headers["content-type"] == "application/problem+json"
    assert set(problem) >= {"type", "title", "status", "detail"}
    assert logged(stack, headers["x-request-id"])["status"] == status


def test_a_request_line_may_be_as_long_as_nginx_lets_it(stack: Stack) -> None:
    for length in (4000, 8100, 8170):
        assert status_of(stack.get(f"/{'a' * length}")) == 404
    for line in (8170, 8300):
        answer = stack.get(f"/api/foo?{'a' * line}")
        assert status_of(answer) in (400, 414)
        assert headers_of(answer)["content-type"] == "application/problem+json"


@pytest.mark.parametrize("image", [b"\xff" * 3 * MIB, make_photo(width=1600, height=1200)])
def test_a_body_comes_as_a_file_and_is_gone_with_the_answer(stack: Stack, image: bytes) -> None:
    assert status_of(stack.post(image)) in (201, 422)
    assert stack.kept.requests()[-1]["bytes"] == len(image)
    assert stack.kept.requests()[-1]["sha256"] == hashlib.sha256(image).hexdigest()
    assert stack.body_files() == []


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("", 411),
        ("Content-Length: 0\r\n", 400),
        ("Content-Length: 5\r\nContent-Type: a/b\r\n", 415),
    ],
)
def test_what_is_no_image_leaves_no_file(stack: Stack, head: str, status: int) -> None:
    assert status_of(stack.post(b"12345" if "5" in head else b"", head)) == status
    assert stack.body_files() == []


def test_several_images_in_one_form(stack: Stack, photo: bytes) -> None:
    form = multipart(photo, b"words", photo)
    head = f"Content-Length: {len(form)}\r\nContent-Type: {MULTIPART_TYPE}\r\n"
    answer = stack.post(form, head)
    assert status_of(answer) == 207
    assert [entry["status"] for entry in body_of(answer)] == [201, 422, 201]
    assert body_of(answer)[0] == {"status": 201, **answer_of(photo)}


def test_nobody_can_name_a_file_from_outside(stack: Stack, photo: bytes) -> None:
    secret = stack.folder / "tmp" / "nginx-body" / "0000009999"
    secret.write_bytes(photo)
    head = "X-Body-File: /tmp/nginx-body/0000009999\r\n"
    try:
        assert status_of(stack.post(b"", head)) == 411
        assert status_of(stack.post(b"words", f"Content-Length: 5\r\n{head}")) == 422
        for path in ("/nowhere", "/api/foo"):
            assert status_of(stack.post(b"", head, path=path)) in (404, 405)
        assert status_of(stack.get("/api/foo", head)) == 200
        large = f"Content-Length: {30 * MIB}\r\n{head}"
        assert status_of(stack.post(b"", large)) == 413
        assert secret.exists()
    finally:
        secret.unlink(missing_ok=True)


def test_expect_100_is_answered_before_the_body(stack: Stack, photo: bytes) -> None:
    with socket.create_connection(stack.address, timeout=10) as client:
        lines = f"POST /api/images HTTP/1.1\r\nHost: a\r\nContent-Length: {len(photo)}\r\n"
        client.sendall(f"{lines}Expect: 100-continue\r\nConnection: close\r\n\r\n".encode())
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(photo)
        received = b"".join(iter(lambda: client.recv(65536), b""))
    assert body_of(received) == answer_of(photo)


def test_pipelined_requests_are_answered_in_order(stack: Stack, photo: bytes) -> None:
    words = post_request(b"words").replace(b"Connection: close\r\n", b"")
    image = post_request(photo).replace(b"Connection: close\r\n", b"")
    last = b"GET /api/foo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    received = exchange(stack.address, image + words + image + last)
    assert re.findall(rb"HTTP/1.1 (\d+)", received) == [b"201", b"422", b"201", b"200"]


@pytest.mark.parametrize(
    "path",
    ["/api/..%2f..%2fetc%2fpasswd", "/api/%2e%2e/%2e%2e/etc/passwd", "/web/..%2fapp.py",
     "/api/foo%00", "/web/%2e%2e/settings.py", "/api/images/..%2f..%2ffoo",
     "//api//..//..//etc/passwd", "/api/\\..\\"],
)  # fmt: skip
def test_no_path_leads_elsewhere(stack: Stack, path: str) -> None:
    answer = stack.get(path)
    assert status_of(answer) in (400, 404)
    assert headers_of(answer)["content-type"] == "application/problem+json"
    assert b"root:" not in answer


def test_nothing_from_outside_makes_a_line_of_the_log(stack: Stack) -> None:
    before = len(stack.access_log())
    answer = stack.get(
        '/a"%0d%0a{"status":200}\\?token=hunter2', 'User-Agent: "\\u000a\r\nReferer: x"\r\n'
    )
    line = logged(stack, headers_of(answer)["x-request-id"])
    assert line["path"] == '/a"%0d%0a{"status":200}\\'
    assert len(stack.access_log()) == before + 1
    assert "hunter2" not in (stack.folder / "stdout").read_text() + stack.errors()


def test_slow_clients_take_no_worker(stack: Stack, photo: bytes) -> None:
    body = post_request(photo)
    with ExitStack() as clients:
        for number in range(300):
            client = clients.enter_context(socket.create_connection(stack.address, timeout=30))
            # A third is silent, one stops in its head, one in its body.
            client.sendall((b"", body[:20], body[:-1])[number % 3])
            if number % 3 == 2 and number >= 180:
                client.close()
        begun = time.monotonic()
        for _ in range(5):
            assert status_of(stack.post(photo)) == 201
        assert time.monotonic() - begun < 5


def test_a_silent_client_is_left_without_an_answer_and_logged(stack: Stack, photo: bytes) -> None:
    """nginx writes nothing to who is late: 408 is a line of its log."""
    recorded = len(stack.kept.requests())
    body = post_request(photo, path="/api/images?slow")
    with ExitStack() as clients:
        late = [
            clients.enter_context(socket.create_connection(stack.address, timeout=60))
            for _ in range(2)
        ]
        late[0].sendall(b"GET /slow-head HTTP/1.1\r\nX: ")
        late[1].sendall(body[:-1])
        assert [client.recv(1) for client in late] == [b"", b""]
    wait_until(lambda: late_paths(stack) == ["/api/images", "/slow-head"])
    assert len(stack.kept.requests()) == recorded
    wait_until(lambda: stack.body_files() == [])


def late_paths(stack: Stack) -> list[str]:
    """The path of each request that came too slowly."""
    return sorted(line["path"] for line in stack.access_log() if line["status"] == 408)


def test_one_address_has_only_so_many_requests_under_way(stack: Stack, photo: bytes) -> None:
    body = post_request(photo)
    with ExitStack() as clients:
        for _ in range(140):  # 128 and some, as an earlier client may still be counted
            client = clients.enter_context(socket.create_connection(stack.address, timeout=30))
            client.sendall(body[:-1])
        wait_until(lambda: status_of(stack.get("/health")) == 429)
        refused = stack.get("/health")
        assert headers_of(refused)["retry-after"] == "1"
        assert body_of(refused)["status"] == 429
    wait_until(lambda: status_of(stack.get("/health")) == 200)


def test_rates_are_limited_by_address_and_by_key(tmp_path: Path) -> None:
    keys = ("one", "two")
    hashed = ",".join(f"{key}:{hashlib.sha256(key.encode()).hexdigest()}" for key in keys)
    settings = {"IMGMETA_RATE_PER_KEY": "1", "IMGMETA_API_KEYS": hashed}
    with running_stack(tmp_path, settings) as stack:
        for key in keys:
            statuses = [status_of(stack.get("/api/foo", f"X-API-Key: {key}\r\n")) for _ in range(5)]
            assert statuses == [200, 200, 200, 429, 429], "one, and a burst of two"
        bearer = stack.get("/api/foo", "Authorization: Bearer one\r\n")
        assert status_of(bearer) == 429
        assert headers_of(bearer)["retry-after"] == "1"
        assert status_of(stack.get("/api/foo")) == 401
        assert "one" not in (stack.folder / "stdout").read_text() + stack.errors()


def test_one_address_leaves_room_for_others(tmp_path: Path) -> None:
    with running_stack(tmp_path, {"IMGMETA_RATE_PER_IP": "2"}, host="0.0.0.0") as stack:
        statuses = [status_of(stack.get("/api/foo")) for _ in range(10)]
        assert 429 in statuses
        request = b"GET /api/foo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        # 127.0.0.0/8 is all this machine's: another address than that of the client above.
        other = exchange_from("127.0.0.7", stack.address, request)
        assert status_of(other) == 200


def exchange_from(source: str, address: tuple[str, int], request: bytes) -> bytes:
    with socket.create_connection(address, timeout=15, source_address=(source, 0)) as client:
        client.sendall(request)
        return b"".join(iter(lambda: client.recv(65536), b""))


PROXY = """
daemon off; pid {folder}/pid; error_log stderr; user root;
events {{ }}
http {{
    access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen {address};
        location / {{
            proxy_pass {target}; proxy_bind {source};
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto {scheme};
        }}
    }}
}}
"""


@contextmanager
def running_proxy(folder: Path, *, target: str, source: str, scheme: str) -> Iterator[str]:
    """A real nginx as people put in front; its URL. It appends to X-Forwarded-For as all do."""
    folder.mkdir()
    port = free_port()
    conf = folder / "nginx.conf"
    names = {"target": target, "source": source, "scheme": scheme}
    conf.write_text(PROXY.format(folder=folder, address=f"127.0.0.1:{port}", **names))
    process = subprocess.Popen(["nginx", "-e", "stderr", "-c", str(conf)])
    try:
        wait_until(lambda: listens(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


CLIENT = "127.0.0.9"
FORGED = (
    "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 127.0.0.1, 10.0.0.1\r\n"
    "X-Real-IP: 203.0.113.9\r\nForwarded: for=203.0.113.9;proto=https\r\n"
    "X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: on\r\nX_Forwarded_For: 203.0.113.9\r\n"
)


@pytest.mark.parametrize(
    ("trusted", "proxies", "seen"),
    [
        pytest.param("", [], CLIENT, id="none"),
        pytest.param("192.0.2.0/24", [], CLIENT, id="none, others trusted"),
        pytest.param("127.0.0.2", ["127.0.0.2"], CLIENT, id="one"),
        pytest.param("", ["127.0.0.2"], "127.0.0.2", id="one, not trusted"),
        pytest.param("127.0.0.2,127.0.0.3/32", ["127.0.0.2", "127.0.0.3"], CLIENT, id="two"),
        pytest.param("127.0.0.3", ["127.0.0.2", "127.0.0.3"], "127.0.0.2", id="two, outer not"),
    ],
)
def test_a_forged_header_fools_nobody(
    tmp_path: Path, trusted: str, proxies: list[str], seen: str
) -> None:
    with ExitStack() as running:
        folder = tmp_path / "stack"
        folder.mkdir()
        settings = {"IMGMETA_TRUSTED_PROXIES": trusted}
        stack = running.enter_context(running_stack(folder, settings, host="0.0.0.0"))
        url = stack.url
        for source in reversed(proxies):
            proxy = running_proxy(tmp_path / source, target=url, source=source, scheme="http")
            url = running.enter_context(proxy)
        port = int(url.rpartition(":")[2])
        request = post_request(b"words", head=f"Content-Length: 5\r\n{FORGED}")
        answer = exchange_from(CLIENT, ("127.0.0.1", port), request)
        assert status_of(answer) == 422
        assert stack.kept.requests()[-1]["client_ip"] == seen
        assert logged(stack, headers_of(answer)["x-request-id"])["clientIp"] == seen


@pytest.mark.parametrize(
    ("trusted", "scheme", "status"),
    [("192.0.2.7", "https", 200), ("192.0.2.7", "http", 403), ("", "https", 403)],
)
def test_the_admin_token_is_taken_where_the_trusted_proxy_says_https(
    tmp_path: Path, trusted: str, scheme: str, status: int
) -> None:
    settings = {
        "IMGMETA_ADMIN_TOKEN_SHA256": hashlib.sha256(TOKEN.encode()).hexdigest(),
        "IMGMETA_TRUSTED_PROXIES": trusted,
    }
    with added_address("192.0.2.7"), running_stack(tmp_path, settings, host="0.0.0.0") as stack:
        lines = f"Authorization: Bearer {TOKEN}\r\nX-Forwarded-For: 203.0.113.9\r\n"
        request = (
            f"GET /api/requests HTTP/1.1\r\nHost: a\r\n{lines}X-Forwarded-Proto: {scheme}\r\n"
            "Connection: close\r\n\r\n"
        )
        answer = exchange_from("192.0.2.7", stack.address, request.encode())
        assert status_of(answer) == status, answer
        assert TOKEN not in (stack.folder / "stdout").read_text() + stack.errors()


@contextmanager
def added_address(address: str) -> Iterator[None]:
    """Give this machine another address on its loopback, one that is not 127.0.0.0/8."""
    subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
    try:
        yield
    finally:
        subprocess.run(["ip", "address", "del", f"{address}/32", "dev", "lo"], check=True)


def test_metrics_are_right_over_workers_and_their_deaths(tmp_path: Path, photo: bytes) -> None:
    with running_stack(tmp_path) as stack:
        posts = 0
        for _ in range(3):
            with ThreadPoolExecutor(4) as pool:
                answers = list(pool.map(stack.post, [photo] * 20))
            posts += sum(status_of(answer) == 201 for answer in answers)
            stack.kill_workers()
            wait_until(lambda: status_of(stack.get("/health")) == 200)
        text = stack.get("/metrics").decode()
        line = 'imgmeta_requests_total{method="POST",route="/api/images",status="201"}'
        assert f"{line} {posts}.0" in text
        assert posts == 60


def test_a_worker_is_recycled_without_a_dropped_request(tmp_path: Path, photo: bytes) -> None:
    settings = {"GUNICORN_CMD_ARGS": "--max-requests 60 --max-requests-jitter 20"}
    with running_stack(tmp_path, settings) as stack:
        first = set(stack.workers("gunicorn"))
        with ThreadPoolExecutor(8) as pool:
            statuses = [status_of(answer) for answer in pool.map(stack.post, [photo] * 600)]
        assert set(statuses) == {201}
        assert len(stack.kept.requests()) == 600
        assert first.isdisjoint(stack.workers("gunicorn"))


def test_every_json_line_of_the_log_has_what_it_needs(stack: Stack) -> None:
    answer = stack.get("/api/foo")
    line = logged(stack, headers_of(answer)["x-request-id"])
    assert line["method"] == "GET"
    assert line["seconds"] >= 0
    assert float(line["upstreamSeconds"]) >= 0
    assert json.dumps(line)
