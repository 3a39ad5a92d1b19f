from __future__ import annotations

import json
from typing import Any

import pytest

from imgmeta_cli import show
from imgmeta_cli.operations import Deployed, Destroyed
from imgmeta_cli.releases import Deployment, Release

DEPLOYMENT = Deployment("0a1b2c3d", "imgmeta", "123456789012", "eu-central-1")
RELEASE = Release(
    "2026-01-01T00:00:00Z", "0.1.0", "acme/imgmeta@sha256:" + "1" * 64, "abc", "blue", "192.0.2.1",
    DEPLOYMENT.label,
)  # fmt: skip


def read_json(capsys: pytest.CaptureFixture[str]) -> Any:
    """What was printed, as one JSON document; nothing may be on standard error."""
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def make_deployed(*, changed: bool = True, ssh: bool = True) -> Deployed:
    """A deploy as it ends."""
    key, token = "/home/me/.imgmeta/id_ed25519", "/home/me/.imgmeta/admin_token"
    return Deployed(DEPLOYMENT, RELEASE, changed, key, token, ssh)


@pytest.mark.parametrize(
    ("ssh", "words"), [(True, "admin@192.0.2.1 imgmeta-admin"), (False, "--ssh-cidr")]
)
def test_a_deploy_ends_with_where_the_token_is_and_how_to_use_it(
    capsys: pytest.CaptureFixture[str], ssh: bool, words: str
) -> None:
    show.print_deployed(make_deployed(ssh=ssh), as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert "  token  /home/me/.imgmeta/admin_token" in lines
    assert words in lines[-1]
    assert len(lines[-1]) <= 80


@pytest.mark.parametrize("changed", [True, False])
def test_a_finished_deploy(capsys: pytest.CaptureFixture[str], changed: bool) -> None:
    done = make_deployed(changed=changed)
    show.print_deployed(done, as_json=True)
    found = read_json(capsys)
    assert found["url"] == "http://192.0.2.1:8888"
    assert (found["changed"], found["release"]["slot"]) == (changed, "blue")
    show.print_deployed(done, as_json=False)
    shown = capsys.readouterr().out
    assert "http://192.0.2.1:8888/api/images" in shown
    assert RELEASE.image in shown, "a digest is not broken over lines"
    assert ("0 to add, 0 to change, 0 to destroy" in shown) is not changed


@pytest.mark.parametrize(
    ("kept", "words"),
    [(None, "nothing: each service was asked"), (DEPLOYMENT.label, "destroy --delete-data")],
)
def test_a_finished_destroy(
    capsys: pytest.CaptureFixture[str], kept: str | None, words: str
) -> None:
    done = Destroyed(DEPLOYMENT, ("aws_vpc.this", "aws_eip.address"), kept)
    show.print_destroyed(done, as_json=True)
    assert read_json(capsys)["kept"] == kept
    show.print_destroyed(done, as_json=False)
    shown = capsys.readouterr().out
    assert "2 resources" in shown
    assert words in shown


def test_pairs_leave_out_what_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    show.print_pairs({"name": "[red]", "url": None, "health": "ready"})
    assert capsys.readouterr().out.splitlines() == ["  name  [red]", "health  ready"]


def test_an_image_is_its_name_alone(capsys: pytest.CaptureFixture[str]) -> None:
    show.print_image("acme/imgmeta:1", as_json=False)
    assert capsys.readouterr().out == "acme/imgmeta:1\n"
    show.print_image("acme/imgmeta:1", as_json=True)
    assert read_json(capsys) == {"image": "acme/imgmeta:1"}
