"""The service's image as people run it, over real sockets through the real nginx."""

from __future__ import annotations

import json
import signal
import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from queue import Queue

import boto3
import docker
import pytest

from service import __version__
from tests.e2e.containers import (
    PORT,
    ServiceContainer,
    build_image,
    measured,
    post_request,
    running_container,
    started_container,
)
from tests.service.helpers import (
    MULTIPART_TYPE,
    answer_of,
    body_of,
    free_port,
    listens,
    make_photo,
    multipart,
    status_of,
    wait_until,
)
from tests.service.moto import CREDENTIALS, running_moto

pytestmark = pytest.mark.e2e

MIB = 1024 * 1024
LARGEST_IMAGE = 25 * MIB


@pytest.fixture(scope="module")
def image(docker_engine: docker.DockerClient) -> str:
    return build_image(docker_engine, "imgmeta-service:test")


@pytest.fixture(scope="module")
def service(docker_engine: docker.DockerClient, image: str) -> Iterator[ServiceContainer]:
    with running_container(docker_engine, image) as running:
        yield running


@pytest.fixture(scope="module")
def large_photo() -> bytes:
    """Larger than nginx's buffer, so that it goes through a file."""
    photo = make_photo(width=1600, height=1200)
    assert len(photo) > MIB
    return photo


def test_a_photo_is_answered_with_what_the_library_says(
    service: ServiceContainer, large_photo: bytes
) -> None:
    raw = service.post(large_photo)
    form = multipart(large_photo)
    head = f"Content-Length: {len(form)}\r\nContent-Type: {MULTIPART_TYPE}\r\n"
    assert body_of(raw) == answer_of(large_photo)
    assert body_of(service.post(form, head=head)) == answer_of(large_photo)
    assert [row["status"] for row in service.records()[-2:]] == [201, 201]


def test_a_forged_address_is_not_believed(service: ServiceContainer) -> None:
    forged = (
        "Content-Length: 1\r\n"
        "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 203.0.113.9\r\n"
        "Forwarded: for=203.0.113.9\r\nX_Forwarded_For: 203.0.113.9\r\n"
        f"X-Request-ID: {'0' * 32}\r\n"
    )
    assert status_of(service.post(b"x", head=forged)) == 422
    record = service.records()[-1]
    assert record["client_ip"] == service.gateway
    assert record["request_id"] != "0" * 32


def test_a_body_in_chunks_is_read(service: ServiceContainer, large_photo: bytes) -> None:
    chunked = f"{len(large_photo):x}\r\n".encode() + large_photo + b"\r\n0\r\n\r\n"
    answer = service.post(chunked, head="Transfer-Encoding: chunked\r\n")
    assert body_of(answer) == answer_of(large_photo)


def test_a_body_without_a_length_is_refused(service: ServiceContainer) -> None:
    answer = service.post(b"", head="")
    assert status_of(answer) == 411
    assert service.records()[-1]["status"] == 411


def test_the_largest_image_is_read(service: ServiceContainer) -> None:
    assert status_of(service.post(b"x" * LARGEST_IMAGE)) == 422
    assert service.records()[-1]["bytes"] == LARGEST_IMAGE


@pytest.mark.parametrize("size", [LARGEST_IMAGE + 1, LARGEST_IMAGE + 10 * MIB])
def test_a_larger_one_is_refused_by_the_service_and_recorded(
    service: ServiceContainer, size: int
) -> None:
    answer = service.post(b"x" * size)
    assert status_of(answer) == 413
    assert b"application/problem+json" in answer
    record = service.records()[-1]
    assert (record["status"], record["bytes"], record["sha256"]) == (413, size, None)
    assert body_of(answer)["instance"].endswith(record["request_id"])


def test_a_larger_one_in_chunks_is_refused_by_the_service_and_recorded(
    service: ServiceContainer,
) -> None:
    chunk = b"100000\r\n" + b"x" * MIB + b"\r\n"
    answer = service.post(chunk * 30 + b"0\r\n\r\n", head="Transfer-Encoding: chunked\r\n")
    assert status_of(answer) == 413
    record = service.records()[-1]
    assert (record["status"], record["sha256"]) == (413, None)
    assert record["bytes"] > LARGEST_IMAGE


def test_a_refused_body_is_answered_on_other_paths_too(service: ServiceContainer) -> None:
    for _ in range(10):
        assert status_of(service.post(b"x" * 5 * MIB, path="/nowhere")) == 404
    assert [row["path"] for row in service.records()[-10:]] == ["/nowhere"] * 10


def test_the_access_log_is_json_on_stdout_without_queries(service: ServiceContainer) -> None:
    service.get('/nowhere"\\?token=hunter2')
    wait_until(lambda: "nowhere" in service.logs(stderr=False))
    lines = [json.loads(line) for line in service.logs(stderr=False).splitlines()]
    assert lines[-1]["path"] == '/nowhere"\\'
    assert (lines[-1]["status"], lines[-1]["clientIp"]) == (404, service.gateway)
    assert datetime.fromisoformat(lines[-1]["time"])
    assert "hunter2" not in service.logs()


def test_it_runs_as_nobody_in_particular_on_a_read_only_filesystem(
    service: ServiceContainer,
) -> None:
    assert service.container.attrs["HostConfig"]["ReadonlyRootfs"]
    top = service.container.top(ps_args="-eo uid,pid,args")
    assert {row[0] for row in top["Processes"]} == {"10001"}
    assert any("nginx" in row[2] for row in top["Processes"])


def test_docker_finds_it_healthy(service: ServiceContainer) -> None:
    def is_healthy() -> bool:
        service.container.reload()
        return bool(service.container.attrs["State"]["Health"]["Status"] == "healthy")

    wait_until(is_healthy, seconds=30)


def test_ready_names_the_version(service: ServiceContainer) -> None:
    assert body_of(service.get("/ready"))["version"] == __version__


def test_the_image_is_small_and_says_what_it_is(
    docker_engine: docker.DockerClient, image: str
) -> None:
    built = docker_engine.images.get(image)
    base = docker_engine.images.get("debian:bookworm-slim")
    on_top = built.attrs["Size"] - base.attrs["Size"]
    print(f"{on_top / 1e6:.1f} MB on top of the base")
    assert on_top <= 150e6
    assert (built.attrs["Os"], built.attrs["Architecture"]) == ("linux", "amd64")
    assert built.labels["org.opencontainers.image.version"] == __version__


def test_nothing_is_compiled_at_run_time(service: ServiceContainer) -> None:
    code = "import service.wsgi; print(service.wsgi.__cached__); open(service.wsgi.__cached__)"
    assert b".pyc" in service.run("python", "-c", code)


def test_sigterm_answers_what_was_received_and_closes_the_rest(
    docker_engine: docker.DockerClient, image: str, large_photo: bytes
) -> None:
    with running_container(docker_engine, image) as service:
        half = socket.create_connection(service.address, timeout=10)
        half.sendall(post_request(large_photo)[: len(large_photo) // 2])
        idle = socket.create_connection(service.address, timeout=10)
        answered: Queue[bytes] = Queue()
        with service.locked_store(1.5):
            # It waits for the lock while the signal comes.
            thread = threading.Thread(target=lambda: answered.put(service.post(large_photo)))
            thread.start()
            threading.Event().wait(0.5)
            assert answered.empty()
            with measured() as taken:
                service.container.kill(signal.SIGTERM)
                code = service.exit_code()
        thread.join(5)
        print(f"stopped in {taken[0]:.2f} s")
        assert (code, taken[0] < 5) == (0, True)
        assert status_of(answered.get_nowait()) == 201
        assert (closed(half), closed(idle)) == (True, True)


def closed(connection: socket.socket) -> bool:
    with connection:
        try:
            return connection.recv(1) == b""
        except ConnectionResetError:
            return True


def test_an_idle_service_stops_at_once(docker_engine: docker.DockerClient, image: str) -> None:
    with running_container(docker_engine, image) as service:
        with measured() as taken:
            service.container.stop(timeout=10)
        print(f"stopped in {taken[0]:.2f} s")
        assert taken[0] < 3
        assert service.exit_code() == 0


NGINX_ALONE = """
import os
from service.nginxconf import write_nginx_conf
from service.settings import load_settings
from service.supervise import NGINX, NGINX_SETTINGS
NGINX_SETTINGS.write_text(write_nginx_conf(load_settings(os.environ)))
os.execv(NGINX[0], NGINX)
"""


def test_while_gunicorn_is_not_up_the_answer_is_a_problem(
    docker_engine: docker.DockerClient, image: str
) -> None:
    command = ["python", "-c", NGINX_ALONE]
    with started_container(docker_engine, image, command=command) as service:
        wait_until(lambda: listens(PORT, service.address[0]))
        for body in (b"x", b"x" * (LARGEST_IMAGE + MIB)):
            answer = service.post(body)
            assert status_of(answer) == 503
            assert b"application/problem+json" in answer
            assert b"Retry-After: " in answer
            assert body_of(answer)["status"] == 503


@pytest.mark.parametrize("part", ["nginx: master", "-m gunicorn"])
def test_the_death_of_either_part_ends_the_container(
    docker_engine: docker.DockerClient, image: str, part: str
) -> None:
    with running_container(docker_engine, image) as service:
        service.signal(part, signal.SIGKILL)
        assert service.exit_code() != 0
        assert "ended with code -9" in service.logs(stdout=False)


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"IMGMETA_MAX_BODY": "25MB"}, "imgmeta: IMGMETA_MAX_BODY is wrong"),
        ({"IMGMETA_STORE_URL": "redis://example.com"}, "imgmeta: IMGMETA_STORE_URL is wrong"),
        ({"IMGMETA_STORE_URL": "sqlite:////srv/x.db"}, "imgmeta: user 10001 may not write"),
    ],
)
def test_a_wrong_setting_ends_the_container_with_the_reason(
    docker_engine: docker.DockerClient, image: str, environment: dict[str, str], reason: str
) -> None:
    with started_container(docker_engine, image, environment) as service, measured() as taken:
        assert service.exit_code() not in (0, 137)
        assert reason in service.logs(stdout=False)
    assert taken[0] < 8


def test_records_go_to_s3_and_its_absence_is_survived(
    docker_engine: docker.DockerClient, image: str, service: ServiceContainer
) -> None:
    gateway = service.gateway
    port = free_port(gateway)
    environment = {
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": f"http://{gateway}:{port}",
        "IMGMETA_STORE_URL": "s3://imgmeta-demo/service",
    }
    photo = make_photo(width=40, height=30)
    with running_container(docker_engine, image, environment) as deployed:
        refused = deployed.post(photo)
        assert status_of(refused) == 503
        assert b"retry-after: " in refused.lower()
        assert status_of(deployed.get("/ready")) == 503
        assert status_of(deployed.get("/health")) == 200
        with running_moto(gateway, port) as url:
            client = boto3.Session(
                CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
            ).client("s3", region_name="us-east-1", endpoint_url=url)
            client.create_bucket(Bucket="imgmeta-demo")
            assert status_of(deployed.get("/ready")) == 200
            assert body_of(deployed.post(photo)) == answer_of(photo)
            keys = [
                entry["Key"] for entry in client.list_objects_v2(Bucket="imgmeta-demo")["Contents"]
            ]
            assert [key.split("/")[:2] for key in keys] == [
                ["service", "requests"],
                ["service", "results"],
            ]
            kept = json.load(client.get_object(Bucket="imgmeta-demo", Key=keys[0])["Body"])
            assert kept["clientIp"] == gateway
