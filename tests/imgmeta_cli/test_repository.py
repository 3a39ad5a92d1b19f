from __future__ import annotations

import pytest

from imgmeta_cli.errors import UsageError
from imgmeta_cli.repository import parse_repository


@pytest.mark.parametrize(
    ("text", "host", "path", "shown"),
    [
        ("acme/imgmeta", "docker.io", "acme/imgmeta", "acme/imgmeta"),
        ("docker.io/acme/imgmeta", "docker.io", "acme/imgmeta", "acme/imgmeta"),
        ("ac_me/b__c--d.e", "docker.io", "ac_me/b__c--d.e", "ac_me/b__c--d.e"),
        ("localhost/imgmeta", "localhost", "imgmeta", "localhost/imgmeta"),
        ("localhost:5000/imgmeta", "localhost:5000", "imgmeta", "localhost:5000/imgmeta"),
        ("registry.example.com/a/b/c", "registry.example.com", "a/b/c",
         "registry.example.com/a/b/c"),
        ("192.0.2.1:5000/imgmeta", "192.0.2.1:5000", "imgmeta", "192.0.2.1:5000/imgmeta"),
    ],
)  # fmt: skip
def test_reads_a_name(text: str, host: str, path: str, shown: str) -> None:
    found = parse_repository(text)
    assert (found.host, found.path, str(found)) == (host, path, shown)
    assert parse_repository(str(found)) == found
    assert found.at("sha256:0a") == f"{shown}@sha256:0a"


@pytest.mark.parametrize(
    "text",
    [
        "", "/", "acme/", "/imgmeta", "acme//imgmeta", "Acme/imgmeta", "acme/imgmeta:1.0",
        "acme/imgmeta@sha256:0a", "acme/img meta", "acme/imgmeta\n", "acme/-imgmeta", "acme/a___b",
        "https://example.com/acme/imgmeta", "registry.example.com:port/imgmeta", "acme/é",
    ],
)  # fmt: skip
def test_refuses_what_is_no_name(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_repository(text)
    assert repr(text) in caught.value.message
    assert "--repository" in caught.value.hint


@pytest.mark.parametrize("text", ["imgmeta", "docker.io/imgmeta", "a/b/c"])
def test_a_dockerhub_name_has_an_owner_and_a_name(text: str) -> None:
    with pytest.raises(UsageError, match="no DockerHub repository") as caught:
        parse_repository(text)
    assert f"YOU/{text.split('/')[-1]}" in caught.value.hint
