from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from imgmeta_cli.config import DeployConfig, load_config, read_home
from imgmeta_cli.errors import UsageError
from imgmeta_cli.repository import parse_repository

# A setting, its field, and three values that each source could name.
SOURCES = [
    ("name", "name", "one", "two", "three"),
    ("profile", "profile", "one", "two", "three"),
    ("region", "region", "eu-west-1", "eu-west-2", "us-gov-west-1"),
    ("instance_type", "instance_type", "t3.small", "t3a.medium", "u-6tb1.metal"),
    ("ami_id", "ami_id", "ami-00000001", "ami-00000002", "ami-0123456789abcdef0"),
]


def load(
    folder: Path, *, toml: str = "", environ: dict[str, str] | None = None, **options: Any
) -> DeployConfig:
    """Write `toml` where there is any, and load."""
    if toml:
        (folder / "imgmeta.toml").write_text(toml)
    return load_config(options, environ=environ or {}, folder=folder)


def test_defaults(tmp_path: Path) -> None:
    nothing_typed: dict[str, Any] = {"name": None, "allow_cidr": [], "nat": None}
    found = load(tmp_path, environ={"IMGMETA_HOME": str(tmp_path)}, **nothing_typed)
    assert found == DeployConfig(home=tmp_path)


@pytest.mark.parametrize(("key", "field", "typed", "exported", "written"), SOURCES)
def test_options_before_environment_before_file(
    tmp_path: Path, key: str, field: str, typed: str, exported: str, written: str
) -> None:
    toml, environ = f'{key} = "{written}"', {f"IMGMETA_{key.upper()}": exported}
    everything = load(tmp_path, toml=toml, environ=environ, **{key: typed})
    assert getattr(everything, field) == typed
    assert getattr(load(tmp_path, environ=environ), field) == exported
    assert getattr(load(tmp_path), field) == written


@pytest.mark.parametrize(
    ("environ", "region", "profile"),
    [
        ({"AWS_PROFILE": "work"}, None, "work"),
        ({"AWS_PROFILE": "work", "IMGMETA_PROFILE": "ours"}, None, "ours"),
        ({"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1", None),
        ({"AWS_DEFAULT_REGION": "eu-west-1", "AWS_REGION": "eu-west-2"}, "eu-west-2", None),
        ({"AWS_REGION": "eu-west-2", "IMGMETA_REGION": "eu-west-3"}, "eu-west-3", None),
        ({"AWS_PROFILE": "", "AWS_REGION": ""}, None, None),
    ],
)
def test_aws_names_serve_where_ours_are_not_set(
    tmp_path: Path, environ: dict[str, str], region: str | None, profile: str | None
) -> None:
    found = load(tmp_path, environ=environ)
    assert (found.region, found.profile) == (region, profile)


@pytest.mark.parametrize(
    ("value", "read"),
    [(True, True), (False, False), ("yes", True), ("No", False), ("1", True), ("0", False)],
)
def test_reads_yes_and_no(tmp_path: Path, value: object, read: bool) -> None:
    assert load(tmp_path, nat=value).nat is read


def test_reads_lists_and_repository(tmp_path: Path) -> None:
    toml = 'allow_cidr = ["203.0.113.0/24"]\nrepository = "acme/imgmeta"'
    found = load(tmp_path, toml=toml, environ={"IMGMETA_SSH_CIDR": "192.0.2.1/32, 192.0.2.2"})
    assert found.allow_cidrs == ("203.0.113.0/24",)
    assert found.ssh_cidrs == ("192.0.2.1/32", "192.0.2.2/32")
    assert found.repository == parse_repository("acme/imgmeta")


@pytest.mark.parametrize(
    ("key", "value", "fix"),
    [
        ("name", "", "a-z"),
        ("name", "Upper", "a-z"),
        ("name", "a" * 21, "up to 19"),
        ("name", "a--b", "a-z"),
        ("name", "a-", "a-z"),
        ("name", "1a", "letter"),
        ("name", "a\n", "a-z"),
        ("region", "europe", "eu-central-1"),
        ("region", "eu-central-1a", "eu-central-1"),
        ("instance_type", "micro", "t3.micro"),
        ("ami_id", "debian", "ami-0123456789abcdef0"),
        ("ami_id", "ami-XYZ00000", "ami-0123456789abcdef0"),
        ("nat", "perhaps", "true or false"),
        ("allow_cidr", ["everyone"], "203.0.113.7/32"),
        ("allow_cidr", ["203.0.113.7/24"], "203.0.113.7/32"),
        ("allow_cidr", ["203.0.113.7/33"], "203.0.113.7/32"),
        ("allow_cidr", ["2001:db8::/32"], "203.0.113.7/32"),
        ("ssh_cidr", "", "203.0.113.7/32"),
        ("profile", "", "AWS profile"),
        ("repository", "", "acme/imgmeta"),
        ("repository", "Acme/imgmeta", "acme/imgmeta"),
    ],
)
def test_a_bad_option_is_named_with_value_and_fix(
    tmp_path: Path, key: str, value: Any, fix: str
) -> None:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, **{key: value})
    words = f"{caught.value.message} {caught.value.hint}"
    assert f"--{key.replace('_', '-')}" in words
    assert repr(value[0] if isinstance(value, list) else value) in caught.value.message
    assert fix in caught.value.hint
    assert "\n" not in words


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("name = ", "cannot be read"),
        ('colour = "red"', "unknown key 'colour'"),
        ("name = 5", "--name 5"),
        ("profile = 5", "--profile 5"),
        ("repository = 5", "--repository 5"),
        ("region = ['eu-west-1']", "--region ['eu-west-1']"),
        ("allow_cidr = 5", "--allow-cidr 5"),
        ("allow_cidr = [5]", "--allow-cidr 5"),
        ("nat = 1", "--nat 1"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(tmp_path: Path, toml: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, toml=toml)
    assert words in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "imgmeta.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"imgmeta\.toml cannot be read"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({"IMGMETA_HOME": "/srv/imgmeta"}, Path("/srv/imgmeta")),
        ({"IMGMETA_HOME": "~/here"}, Path.home() / "here"),
        ({"IMGMETA_HOME": "here"}, Path.cwd() / "here"),
        ({}, Path.home() / ".imgmeta"),
    ],
)
def test_home(environ: dict[str, str], home: Path) -> None:
    assert read_home(environ) == home
