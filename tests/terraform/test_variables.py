"""A wrong value is refused by name before anything is planned."""

from __future__ import annotations

from typing import Any

import pytest

from tests.terraform.conftest import BASE, FIRST
from tests.terraform.stack import Stack

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"deployment": {"id": "A!", "name": "photos"}}, "deployment's id must"),
    ({"deployment": {"id": "1f2e3d4c", "name": "Photos"}}, "deployment's name must"),
    ({"deployment": {"id": "1f2e3d4c", "name": "photos-"}}, "deployment's name must"),
    ({"slots": {"red": FIRST}}, "slots are blue and green"),
    ({"slots": {"blue": "acme/imgmeta:latest"}}, "REPOSITORY@sha256"),
    ({"slots": {"blue": FIRST}, "live_slot": "green"}, "one of the filled slots"),
    ({"instance_type": "micro"}, "must look like t3.micro"),
    ({"ami_id": "debian-12"}, "must look like ami-"),
    ({"allow_cidrs": []}, "allow_cidrs must be one or more"),
    ({"allow_cidrs": ["203.0.113.7/24"]}, "allow_cidrs must be one or more"),
    ({"allow_cidrs": ["2001:db8::/32"]}, "allow_cidrs must be one or more"),
    ({"ssh_cidrs": ["203.0.113.7"]}, "ssh_cidrs must be"),
    (
        {"access": {"public_key": "-----BEGIN OPENSSH PRIVATE KEY-----"}},
        "public key must be one line",
    ),
    (
        {"access": {**BASE["access"], "admin_token_sha256": "a token"}},
        "the token's SHA-256, never the token",
    ),
]


@pytest.mark.parametrize(("values", "message"), WRONG, ids=[text for _, text in WRONG])
def test_wrong_value_is_refused(stack: Stack, values: dict[str, Any], message: str) -> None:
    said = " ".join(stack.refused(**{**BASE, **values}).replace("│", " ").split())
    assert message in said
