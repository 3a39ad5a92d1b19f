from __future__ import annotations

from pathlib import Path

import pytest

from imgmeta_cli.process import run
from imgmeta_cli.terraform_setup import find_terraform, terraform_env

KEYS = {
    "AWS_ACCESS_KEY_ID": "1",
    "AWS_SECRET_ACCESS_KEY": "2",
    "AWS_SESSION_TOKEN": "3",
}


def put_terraform(folder: Path, says: str) -> Path:
    """A program named terraform that says this whatever it is asked."""
    path = folder / "terraform"
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("version", ["1.11.0", "1.12.0-beta1", "2.0.0"])
def test_takes_terraform_from_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    path = put_terraform(tmp_path, f'{{"terraform_version": "{version}"}}')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    said: list[str] = []
    assert find_terraform(say=said.append) == (str(path),)
    assert said == []


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ('{"terraform_version": "1.10.5"}', "is older than 1.11"),
        ('{"terraform_version": "0.12.31"}', "is older than 1.11"),
        ("Terraform v1.11", "is older than 1.11"),
        (None, "no terraform on PATH"),
    ],
)
def test_else_the_embedded_engine_serves_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str | None, words: str
) -> None:
    if says is not None:
        put_terraform(tmp_path, says)
    monkeypatch.setenv("PATH", f"{tmp_path}:/nonexistent:/bin" if says else str(tmp_path))
    said: list[str] = []
    command = find_terraform(say=said.append)
    assert len(said) == 1
    assert words in said[0]
    assert "Terraform v1.15.5" in run([*command, "version"]).stdout


def test_a_profile_wins_over_keys_in_the_environment() -> None:
    env = terraform_env({**KEYS, "HOME": "/root"}, profile="work", region="eu-central-1")
    assert not KEYS.keys() & env.keys()
    assert (env["AWS_PROFILE"], env["HOME"]) == ("work", "/root")


def test_keys_in_the_environment_serve_without_a_profile() -> None:
    env = terraform_env(KEYS, profile=None, region="eu-central-1")
    assert KEYS.items() <= env.items()
    assert "AWS_PROFILE" not in env


def test_the_region_is_the_one_that_was_shown_and_nothing_is_asked() -> None:
    env = terraform_env({"AWS_REGION": "us-east-1"}, profile=None, region="eu-central-1")
    assert env["AWS_REGION"] == env["AWS_DEFAULT_REGION"] == "eu-central-1"
    assert (env["TF_INPUT"], env["CHECKPOINT_DISABLE"]) == ("0", "1")
