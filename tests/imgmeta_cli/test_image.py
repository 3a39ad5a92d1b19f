"""How the Docker Engine's streams are read.

The engine here is a server that speaks its API; the end-to-end tests use a real one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import pytest

from imgmeta_cli import image
from imgmeta_cli.errors import BuildError, ImgmetaError, MissingToolError, RegistryError
from imgmeta_cli.repository import parse_repository
from tests.imgmeta_cli.helpers import Reply, serving_engine

REPOSITORY = parse_repository("acme/imgmeta")
PUSH = "/images/acme/imgmeta/push"
MANIFEST = "/distribution/acme/imgmeta:1.0/json"


@contextmanager
def engine(path: str, reply: Reply) -> Iterator[docker.DockerClient]:
    """A client of an engine that gives one reply."""
    with serving_engine({path: reply}) as host:
        client = docker.DockerClient(base_url=host)
        try:
            yield client
        finally:
            client.close()


def push(client: docker.DockerClient, seen: list[str] | None = None) -> str:
    """Push one tag."""
    return image.push(client, REPOSITORY, "1.0", report=(seen if seen is not None else []).append)


def test_a_push_returns_the_digest_and_reports_layers() -> None:
    reply = Reply(
        200,
        stream=(
            {"status": "The push refers to repository [docker.io/acme/imgmeta]"},
            {"status": "Pushing", "progress": "[=>]", "id": "0a1b"},
            {"status": "Pushed", "id": "0a1b"},
            {"aux": {"Tag": "1.0", "Digest": "sha256:1", "Size": 7}},
        ),
    )
    seen: list[str] = []
    with engine(PUSH, reply) as client:
        assert push(client, seen) == "sha256:1"
    assert seen == ["0a1b Pushing [=>]", "0a1b Pushed"]


@pytest.mark.parametrize(
    ("said", "words", "hint"),
    [
        ("unauthorized: authentication required", "refused the push", "docker login"),
        ("denied: requested access to the resource is denied", "refused the push", "docker login"),
        ("no basic auth credentials", "refused the push", "docker login"),
        ("dial tcp: connection refused", "failed: dial tcp", "push again"),
    ],
)
@pytest.mark.parametrize("in_stream", [True, False])
def test_a_refused_push_is_an_error(said: str, words: str, hint: str, in_stream: bool) -> None:
    message = {"errorDetail": {"message": said}, "error": said}
    body = json.dumps({"message": said}).encode()
    reply = Reply(200, stream=({"status": "…"}, message)) if in_stream else Reply(500, body)
    with engine(PUSH, reply) as client, pytest.raises(RegistryError, match=words) as caught:
        push(client)
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_a_push_without_a_digest_is_an_error() -> None:
    with (
        engine(PUSH, Reply(200, stream=({"status": "Pushed"},))) as client,
        pytest.raises(RegistryError, match="no digest"),
    ):
        push(client)


def test_a_private_registry_is_named_in_the_login() -> None:
    repository = parse_repository("registry.example.com/imgmeta")
    reply = Reply(200, stream=({"errorDetail": {"message": "denied"}},))
    path = "/images/registry.example.com/imgmeta/push"
    with engine(path, reply) as client, pytest.raises(RegistryError) as caught:
        image.push(client, repository, "1.0", report=print)
    assert caught.value.hint.endswith("docker login registry.example.com")


def build(client: docker.DockerClient, bundle: Path, seen: list[str]) -> str:
    """Build the bundle."""
    return image.build(
        client, bundle, tag="acme/imgmeta:1.0", version="1.0", source_hash="abc", report=seen.append
    )


def test_a_build_reports_its_lines_and_returns_the_id(bundle: Path) -> None:
    replies = {
        "/build": Reply(200, stream=({"stream": "Step 1/2 : FROM x\n"}, {"stream": "\n"})),
        "/images/acme/imgmeta:1.0/json": Reply(200, b'{"Id": "sha256:2"}'),
    }
    seen: list[str] = []
    with serving_engine(replies) as host:
        client = docker.DockerClient(base_url=host)
        assert build(client, bundle, seen) == "sha256:2"
        client.close()
    assert seen == ["Step 1/2 : FROM x"]


def test_a_failed_build_shows_the_last_words(bundle: Path) -> None:
    detail = {"code": 1, "message": "The command 'pip' returned a non-zero code: 1"}
    reply = Reply(200, stream=({"stream": "no such package\n"}, {"errorDetail": detail}))
    with engine("/build", reply) as client, pytest.raises(BuildError, match="non-zero") as caught:
        build(client, bundle, [])
    assert caught.value.hint == "no such package"


def test_a_build_that_the_engine_refuses_is_an_error(bundle: Path) -> None:
    reply = Reply(400, b'{"message": "dockerfile parse error line 1"}')
    with engine("/build", reply) as client, pytest.raises(BuildError, match="parse error"):
        build(client, bundle, [])


@pytest.mark.parametrize(
    ("reply", "digest"),
    [
        (Reply(200, b'{"Descriptor": {"digest": "sha256:1"}}'), "sha256:1"),
        (Reply(401, b'{"message": "unauthorized: authentication required"}'), None),
        (Reply(403, b'{"message": "denied: access to the resource is denied"}'), None),
        (Reply(404, b'{"message": "manifest unknown"}'), None),
    ],
)
def test_reads_the_digest_that_anyone_can_see(reply: Reply, digest: str | None) -> None:
    with engine(MANIFEST, reply) as client:
        assert image.read_public_digest(client, REPOSITORY, "1.0") == digest


def test_a_registry_that_cannot_be_asked_is_not_taken_for_a_private_one() -> None:
    reply = Reply(500, b'{"message": "dial tcp: lookup registry: no such host"}')
    with engine(MANIFEST, reply) as client, pytest.raises(RegistryError, match="cannot be asked"):
        image.read_public_digest(client, REPOSITORY, "1.0")


def test_a_private_repository_is_refused() -> None:
    reply = Reply(401, b'{"message": "unauthorized"}')
    path = "/distribution/acme/imgmeta@sha256:1/json"
    with engine(path, reply) as client, pytest.raises(RegistryError, match="is private") as caught:
        image.require_public(client, REPOSITORY, "sha256:1")
    assert "public" in caught.value.hint


@pytest.mark.parametrize("host", ["unix:///nonexistent", "tcp://127.0.0.1:9", "ftp://x", "unix://"])
def test_no_engine_is_one_line(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(MissingToolError, match="no Docker Engine answers") as caught:
        image.connect()
    assert "\n" not in caught.value.message
    assert "DOCKER_HOST" in caught.value.hint


@pytest.mark.parametrize("body", [b"<html>", b"{}", b""])
def test_what_answers_may_be_no_engine(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    with serving_engine({"/version": Reply(200, body)}) as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        with pytest.raises(ImgmetaError, match="no Docker Engine answers"):
            image.connect()


@pytest.mark.parametrize(
    ("login", "user"),
    [
        ({"auths": {"https://index.docker.io/v1/": {"auth": "YWNtZTpzZWNyZXQ="}}}, "acme"),
        ({"auths": {"registry.example.com": {"auth": "YWNtZTpzZWNyZXQ="}}}, None),
        ({}, None),
    ],
)
def test_reads_who_is_logged_in(
    home: Path, monkeypatch: pytest.MonkeyPatch, login: object, user: str | None
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(home))
    (home / "config.json").write_text(json.dumps(login))
    assert image.read_registry_user("docker.io") == user


@pytest.mark.parametrize("content", ["[]", '{"auths": 5}', '{"auths": {"a": {"auth": "!"}}}'])
def test_a_damaged_login_file_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(home))
    (home / "config.json").write_text(content)
    for read in (lambda: image.read_registry_user("docker.io"), image.connect):
        with pytest.raises(RegistryError, match="damaged") as caught:
            read()
        assert "config.json" in caught.value.hint
