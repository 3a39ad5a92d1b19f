"""What every step of a plan works with, and what the steps have found out so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imgmeta_cli.config import DeployConfig
from imgmeta_cli.events import Change
from imgmeta_cli.facts import Target
from imgmeta_cli.releases import Deployment
from imgmeta_cli.render import Display
from imgmeta_cli.steps import NEW
from imgmeta_cli.terraform import Terraform

if TYPE_CHECKING:
    from docker import DockerClient


@dataclass(frozen=True)
class Site:
    """What every step works with."""

    config: DeployConfig
    target: Target
    deployment: Deployment
    terraform: Terraform
    display: Display
    bundle: Path
    agree: Callable[[tuple[Change, ...]], bool]
    machine_hash: str = ""
    client: DockerClient | None = None


@dataclass(frozen=True)
class Outcome:
    """What the steps have found out so far: the digest reference, what was changed and removed."""

    image: str = NEW
    agreed: bool = False
    changed: int = 0
    removed: tuple[str, ...] = ()


def resolve(reference: str, outcome: Outcome) -> str:
    """The image of a step, NEW being the one that was pushed."""
    return outcome.image if reference == NEW else reference
