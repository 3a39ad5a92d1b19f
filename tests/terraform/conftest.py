"""Terraform, the packaged provider and an AWS control plane on loopback, started once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from imgmeta_cli.sandbox.provider_mirror import write_mirror
from imgmeta_cli.terraform_setup import find_terraform
from tests.service.helpers import free_port, listens, wait_until
from tests.terraform.stack import Applied, Plan, Stack, copy_stack

HERE = Path(__file__).parent
KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIJk9O4vKfSWnIKYzQzYQWnqxM2j2dOGm2mqbpqT2f5dX"
TOKEN_SHA256 = "0123456789abcdef" * 4
BASE: dict[str, Any] = {
    "deployment": {"id": "1f2e3d4c", "name": "photos"},
    "allow_cidrs": ["0.0.0.0/0"],
    "access": {"public_key": f"ssh-ed25519 {KEY}", "admin_token_sha256": TOKEN_SHA256},
}
FIRST, SECOND, THIRD = (f"acme/imgmeta@sha256:{letter * 64}" for letter in "abc")
OLDER_AMI, LATEST_AMI = "ami-0debedeb000000001", "ami-0debedeb000000002"
SERVICES = ("ec2", "iam", "s3", "sts")


@dataclass(frozen=True)
class Step:
    """One plan of a deployment's life, and what came of it where it was applied."""

    plan: Plan
    applied: Applied | None = None

    @property
    def done(self) -> tuple[tuple[str, str], ...]:
        assert self.applied is not None
        return self.applied.done

    @property
    def outputs(self) -> dict[str, Any]:
        assert self.applied is not None
        return self.applied.outputs


@pytest.fixture(scope="session")
def terraform() -> tuple[str, ...]:
    return find_terraform(say=print)


@pytest.fixture(scope="session")
def terraform_env(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """No configuration, credentials or network of whoever runs this."""
    folder = tmp_path_factory.mktemp("terraform")
    cache = folder / "plugins"
    cache.mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": str(write_mirror(folder / "mirror")),
        "TF_PLUGIN_CACHE_DIR": str(cache),
        "TF_INPUT": "0",
    }


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The URL of an AWS without a data plane."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, str(HERE / "moto_today.py"), "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, "MOTO_AMIS_PATH": str(HERE / "amis.json")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: listens(port), seconds=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory,
    terraform: tuple[str, ...],
    terraform_env: Mapping[str, str],
    moto: str,
) -> Stack:
    """A copy of the stack whose provider talks to moto, initialised."""
    folder = tmp_path_factory.mktemp("stack") / "terraform"
    copy = copy_stack(folder, command=terraform, env=terraform_env)
    endpoints = "".join(f'    {service} = "{moto}"\n' for service in SERVICES)
    (folder / "stacks/ec2/endpoints_override.tf").write_text(
        f'provider "aws" {{\n  s3_force_path_style = true\n  endpoints {{\n{endpoints}  }}\n}}\n'
    )
    copy.init()
    return copy


@pytest.fixture(scope="session")
def first_plan(stack: Stack) -> Plan:
    """The plan of a first deploy, ssh open to one network; nothing is applied."""
    return stack.plan(**BASE, slots={"blue": FIRST}, ssh_cidrs=["203.0.113.0/24"])


@pytest.fixture(scope="session")
def life(stack: Stack, first_plan: Plan) -> dict[str, Step]:
    """A deployment from its first slot to its last trace, each apply of a saved plan."""
    del first_plan  # it must have been made while nothing existed
    steps: dict[str, Step] = {}

    def step(name: str, *, apply: bool = True, **variables: Any) -> None:
        plan = stack.plan(**{**BASE, **variables})
        steps[name] = Step(plan, stack.apply(plan) if apply else None)

    both = {"blue": FIRST, "green": SECOND}
    # From the fill on, the next instance is to be of another type and AMI, and to know another
    # token.
    changed: dict[str, Any] = {
        "instance_type": "t3.small",
        "ami_id": OLDER_AMI,
        "access": {
            "public_key": f"ssh-ed25519 {KEY[::-1]}",
            "admin_token_sha256": TOKEN_SHA256[::-1],
        },
    }
    step("fill blue", slots={"blue": FIRST})
    step("fill blue again", slots={"blue": FIRST}, apply=False)
    step("point at blue", slots={"blue": FIRST}, live_slot="blue")
    step("point at blue again", slots={"blue": FIRST}, live_slot="blue", apply=False)
    step("change machine and key", slots={"blue": FIRST}, live_slot="blue", apply=False, **changed)
    step("fill green", slots=both, live_slot="blue", **changed)
    step("move to green", slots=both, live_slot="green", **changed)
    step("move to green again", slots=both, live_slot="green", apply=False, **changed)
    step("empty blue", slots={"green": SECOND}, live_slot="green", **changed)
    step("swap green", slots={"green": THIRD}, live_slot="green", **changed)
    step("retire", slots={"green": THIRD}, live_slot="green", retired=True)
    step("retire again", retired=True, apply=False)
    return steps
