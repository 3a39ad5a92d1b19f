"""What the sandbox remembers, its profiles and its processes."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from imgmeta_cli.sandbox import control, daemons
from imgmeta_cli.sandbox.emulator import translation
from imgmeta_cli.sandbox.emulator.settings import parse_settings
from imgmeta_cli.sandbox.profiles import Sandbox, write_profiles
from imgmeta_cli.sandbox.state import FILE, State, read_state, write_state

STATE = State(
    docker_host="unix:///run/docker.sock",
    emulator_port=4566,
    registry_port=5000,
    emulator=daemons.Daemon(1, "2"),
)


def test_state_is_read_back(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    assert read_state(tmp_path) == STATE


@pytest.mark.parametrize("text", ["", "{", "[]", '{"engine": 3}', '{"unknown": null}'])
def test_a_damaged_state_is_an_empty_one(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert read_state(tmp_path) == State()


def test_nothing_runs_where_nothing_was_started(tmp_path: Path) -> None:
    found = control.status(tmp_path)
    assert not (found.running or found.engine or found.registry or found.emulator)
    assert found.instances == 0
    assert control.stop(tmp_path, report=print) == ()


def test_a_daemon_is_that_very_process(tmp_path: Path) -> None:
    daemon = daemons.launch(["sleep", "60"], log=tmp_path / "log")
    assert daemons.is_alive(daemon)
    other = replace(daemon, started="0")
    assert not daemons.is_alive(other)
    assert not daemons.end(other)
    assert daemons.end(daemon)
    assert not daemons.is_alive(daemon)
    assert not daemons.end(daemon)


@pytest.mark.parametrize(
    ("profile", "account"), [("sandbox", "000000000001"), ("sandbox-b", "000000000002")]
)
def test_a_profile_is_all_that_boto3_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str, account: str
) -> None:
    sandbox = Sandbox(tmp_path, "http://127.0.0.1:4566", "localhost:5000", "unix:///d.sock")
    write_profiles(tmp_path / "aws", endpoint_url=sandbox.endpoint_url)
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    session = boto3.Session(profile_name=profile)
    credentials = session.get_credentials()
    assert credentials is not None
    assert credentials.access_key == account
    client = session.client("ec2")
    assert client.meta.endpoint_url == "http://127.0.0.1:4566"
    assert client.meta.region_name == "eu-central-1"
    assert stat.S_IMODE((tmp_path / "aws" / "credentials").stat().st_mode) == 0o600


def test_the_emulator_binds_to_loopback_and_the_bridge_only() -> None:
    options = ["--port", "4566", "--address-pool", "192.0.2.0/24"]
    assert parse_settings(options).binds == ["127.0.0.1:4566"]
    bridged = parse_settings([*options, "--bridge", "192.0.2.1"])
    assert bridged.binds == ["127.0.0.1:4566", "192.0.2.1:4566"]


def test_all_translations_change_in_one_transaction() -> None:
    text = translation.render_chain(7, targets={"192.0.2.9": "10.0.0.2", "192.0.2.8": "10.0.0.3"})
    assert text.splitlines() == [
        "*nat",
        ":IMGMETA-7 - [0:0]",
        "-A IMGMETA-7 -d 192.0.2.8/32 -j DNAT --to-destination 10.0.0.3",
        "-A IMGMETA-7 -d 192.0.2.9/32 -j DNAT --to-destination 10.0.0.2",
        "COMMIT",
    ]
