"""DeployConfig: options > environment > imgmeta.toml > defaults; validated once, then frozen."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imgmeta_cli.errors import UsageError
from imgmeta_cli.repository import Repository, parse_repository

CONFIG_FILE = "imgmeta.toml"
_NAME = re.compile(r"[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,19}")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_INSTANCE_TYPE = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9]+")
_AMI = re.compile(r"ami-[0-9a-f]{8,17}")
_WORDS = re.compile(r"\S+(?: \S+)*")


@dataclass(frozen=True)
class DeployConfig:
    """What the user wants. `None`: not said, so to be found out (profile, region, repository)."""

    home: Path
    name: str = "imgmeta"
    profile: str | None = None
    region: str | None = None
    repository: Repository | None = None
    instance_type: str = "t3.micro"
    ami_id: str | None = None
    allow_cidrs: tuple[str, ...] = ("0.0.0.0/0",)
    ssh_cidrs: tuple[str, ...] = ()
    nat: bool = True


def load_config(
    options: Mapping[str, Any], *, environ: Mapping[str, str], folder: Path
) -> DeployConfig:
    """Merge the sources and check every value.

    `options` holds what was typed (None: not typed), `folder` may hold an imgmeta.toml.
    Raises UsageError naming the option, its value and the fix.
    """
    values = {**_read_toml(folder / CONFIG_FILE), **_read_environ(environ), **_given(options)}
    repository = _matching(values, "repository", _WORDS, "a name such as acme/imgmeta")
    return DeployConfig(
        home=read_home(environ),
        name=_matching(values, "name", _NAME, "a lower-case letter, then up to 19 of a-z, 0-9, -"),
        profile=_matching(values, "profile", _WORDS, "the name of an AWS profile"),
        region=_matching(values, "region", _REGION, "a region such as eu-central-1"),
        repository=parse_repository(repository) if repository is not None else None,
        instance_type=_matching(values, "instance_type", _INSTANCE_TYPE, "a type such as t3.micro"),
        ami_id=_matching(values, "ami_id", _AMI, "an id such as ami-0123456789abcdef0"),
        allow_cidrs=_cidrs(values, "allow_cidr"),
        ssh_cidrs=_cidrs(values, "ssh_cidr"),
        nat=_boolean(values, "nat"),
    )


def read_home(environ: Mapping[str, str]) -> Path:
    """Where this machine remembers its deployments: $IMGMETA_HOME, or ~/.imgmeta."""
    return Path(environ.get("IMGMETA_HOME") or "~/.imgmeta").expanduser().absolute()


_DEFAULTS: dict[str, Any] = {
    "name": "imgmeta",
    "profile": None,
    "region": None,
    "repository": None,
    "instance_type": "t3.micro",
    "ami_id": None,
    "allow_cidr": ("0.0.0.0/0",),
    "ssh_cidr": (),
    "nat": True,
}


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in options.items() if value is not None and value != []}


def _read_environ(environ: Mapping[str, str]) -> dict[str, Any]:
    """IMGMETA_NAME, IMGMETA_REGION …; the AWS names serve where ours are not set."""
    aws = {
        "profile": environ.get("AWS_PROFILE"),
        "region": environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION"),
    }
    ours = {key: environ.get(f"IMGMETA_{key.upper()}") for key in _DEFAULTS}
    return {key: value for key, value in {**aws, **_present(ours)}.items() if value}


def _present(values: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in values.items() if value}


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return dict(_DEFAULTS)
    try:
        found = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}", "mend or remove the file") from error
    unknown = sorted(set(found) - set(_DEFAULTS))
    if unknown:
        raise UsageError(
            f"{path} has the unknown key {unknown[0]!r}", f"it may hold: {', '.join(_DEFAULTS)}"
        )
    return {**_DEFAULTS, **found}


def _option(key: str) -> str:
    return "--" + key.replace("_", "-")


def _matching(values: Mapping[str, Any], key: str, pattern: re.Pattern[str], form: str) -> Any:
    value = values.get(key)
    if value is None or (isinstance(value, str) and pattern.fullmatch(value)):
        return value
    raise UsageError(f"{_option(key)} {value!r} is not valid", f"give {form}")


def _boolean(values: Mapping[str, Any], key: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    value = values[key]
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise UsageError(f"{_option(key)} {value!r} is not valid", "give true or false")


def _cidrs(values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = values[key]
    texts = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple):
        raise UsageError(f"{_option(key)} {value!r} is not valid", "give a list of CIDR blocks")
    return tuple(_cidr(key, text) for text in texts)


def _cidr(key: str, text: object) -> str:
    try:
        return str(ipaddress.IPv4Network(str(text)))
    except ValueError as error:
        raise UsageError(
            f"{_option(key)} {text!r} is no IPv4 CIDR block: {error}",
            "give an address and a prefix length, such as 203.0.113.7/32",
        ) from error
