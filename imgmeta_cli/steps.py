"""The steps a plan is made of: each says what it does and with what; none of them does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Stands for an image that is not pushed yet, so has no digest.
NEW = "the image just pushed"


@dataclass(frozen=True)
class Build:
    """Build the image of this source and tag it."""

    tag: str
    repository: str
    source_hash: str
    title: str = "build the image"


@dataclass(frozen=True)
class Push:
    """Push the tag; what comes back is the digest."""

    tag: str
    repository: str
    title: str = "push it"


@dataclass(frozen=True)
class CheckPublic:
    """Read the manifest without credentials, as an instance will."""

    repository: str
    title: str = "check that anyone may pull it"


@dataclass(frozen=True)
class CreateKey:
    """Make the deployment's Ed25519 key pair."""

    title: str = "make a key pair"


@dataclass(frozen=True)
class CreateToken:
    """Make the deployment's admin token."""

    title: str = "make the admin token"


@dataclass(frozen=True)
class Apply:
    """Plan and apply the stack with these slots; `live` is where the elastic IP points."""

    title: str
    slots: Mapping[str, str]
    live: str | None
    retired: bool = False


@dataclass(frozen=True)
class Prove:
    """Climb the readiness ladder at the slot's own address."""

    slot: str
    image: str
    title: str = "prove it at its own address"


@dataclass(frozen=True)
class CheckAddress:
    """Ask through the elastic IP."""

    image: str
    title: str = "check it through the elastic IP"


@dataclass(frozen=True)
class EmptyBucket:
    """Delete every object in the deployment's bucket."""

    title: str = "empty the bucket"


@dataclass(frozen=True)
class DestroyStack:
    """Let Terraform destroy all that is left of the stack."""

    title: str = "destroy the bucket"


@dataclass(frozen=True)
class Sweep:
    """Ask each service for what is left of this deployment; the bucket may be kept on purpose."""

    keeps_bucket: bool
    title: str = "ask each service what is left"


Step = (
    Build | Push | CheckPublic | CreateKey | CreateToken | Apply | Prove | CheckAddress
    | EmptyBucket | DestroyStack | Sweep
)  # fmt: skip
