"""From facts to steps: `plan_deploy` and `plan_destroy` are pure, and are what --dry-run prints.

Blue and green: a version goes into the idle slot, proves itself there at its own address, and only
then is the elastic IP moved and the other slot emptied. An image that is not pushed yet has no
digest: it stands as `NEW` in a step until `execute` knows it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from imgmeta_cli.aws import Identity
from imgmeta_cli.config import DeployConfig
from imgmeta_cli.events import Change
from imgmeta_cli.releases import Deployment
from imgmeta_cli.repository import Repository
from imgmeta_cli.steps import (
    NEW,
    Apply,
    Build,
    CheckAddress,
    CheckPublic,
    CreateKey,
    CreateToken,
    DestroyStack,
    EmptyBucket,
    Prove,
    Push,
    Step,
    Sweep,
)


@dataclass(frozen=True)
class Facts:
    """All that was read before deciding.

    `published` is the digest that the registry already has of this source, None if it has none.
    `machine_hash` is of all that makes an instance beside the image: its module and boot script.
    `token_sha256` is of the admin token, None if there is none yet.
    `slots` maps a filled slot to its image, `made_with` to the fingerprint its instance had.
    """

    identity: Identity
    deployment: Deployment | None
    repository: Repository
    tag: str
    source_hash: str
    machine_hash: str
    published: str | None
    has_key: bool
    token_sha256: str | None
    slots: Mapping[str, str] = field(default_factory=dict)
    made_with: Mapping[str, str] = field(default_factory=dict)
    live_slot: str | None = None


@dataclass(frozen=True)
class DeployPlan:
    """The steps in order, why they are these, and what to do if the new version fails to start."""

    reason: str
    steps: tuple[Step, ...]
    fallback: Apply | None = None
    notes: tuple[str, ...] = ()


def plan_deploy(config: DeployConfig, facts: Facts) -> DeployPlan:
    """Decide what a deploy does: look that all is well, fill the first slot, or change slots."""
    image = facts.repository.at(facts.published) if facts.published else NEW
    before = (*_plan_image(facts), *_plan_secrets(facts))
    live = facts.live_slot
    if live is not None and _holds(config, facts, slot=live, image=image):
        steps = _plan_unchanged(live, image)
        return DeployPlan("this version is deployed", (*before, *steps), notes=_notes(config))
    target = "green" if live == "blue" else "blue"
    reason = "first deploy" if live is None else f"new version, into the {target} slot"
    beside = {live: facts.slots[live]} if live is not None and live in facts.slots else {}
    steps = (
        *_plan_clearing(config, facts, target=target, image=image, beside=beside),
        *_plan_move(beside, live, target=target, image=image),
    )
    fallback = Apply(f"empty the {target} slot again", beside, live)
    return DeployPlan(reason, (*before, *steps), fallback, _notes(config))


def plan_destroy(*, delete_data: bool) -> DeployPlan:
    """Decide what destroy does: all but the bucket goes; with `delete_data` the bucket too."""
    retire = Apply("destroy servers, address and network", {}, None, retired=True)
    if not delete_data:
        return DeployPlan("the bucket is kept", (retire, Sweep(keeps_bucket=True)))
    return DeployPlan(
        "everything goes, stored results too",
        (retire, EmptyBucket(), DestroyStack(), Sweep(keeps_bucket=False)),
    )


def fingerprint(config: DeployConfig, machine_hash: str, token_sha256: str | None) -> str:
    """What an instance is made from beside its image: when it differs, a slot is filled anew.

    The network's openings are not in it: they change in place.
    """
    made_from = (
        machine_hash, config.instance_type, config.ami_id or "latest", token_sha256 or "none",
    )  # fmt: skip
    return hashlib.sha256("\0".join(made_from).encode()).hexdigest()[:16]


def image_tag(version: str, source_hash: str) -> str:
    """The tag that this source is pushed under, such as 0.1.0-3f9a1c2b4d5e."""
    return f"{version.replace('+', '-')}-{source_hash[:12]}"


def needs_consent(changes: tuple[Change, ...]) -> bool:
    """Whether a later plan of an agreed deploy goes beyond the two slots and the address."""
    losing = [c.address for c in changes if c.action in ("delete", "replace")]
    expected = ('["blue@', '["green@', "aws_eip_association.")
    return any(not any(part in address for part in expected) for address in losing)


def _holds(config: DeployConfig, facts: Facts, *, slot: str, image: str) -> bool:
    made_with = facts.made_with.get(slot)
    same_machine = made_with == fingerprint(config, facts.machine_hash, facts.token_sha256)
    return same_machine and facts.slots.get(slot) == image


def _plan_image(facts: Facts) -> tuple[Step, ...]:
    if facts.published:
        return ()
    name = str(facts.repository)
    build = Build(facts.tag, name, facts.source_hash)
    return (build, Push(facts.tag, name), CheckPublic(name))


def _plan_secrets(facts: Facts) -> tuple[Step, ...]:
    key = () if facts.has_key else (CreateKey(),)
    return key if facts.token_sha256 else (*key, CreateToken())


def _plan_unchanged(live: str, image: str) -> tuple[Step, ...]:
    return (
        Apply("compare with what runs", {live: image}, live),
        Prove(live, image, "see that it answers"),
        CheckAddress(image),
    )


def _plan_clearing(
    config: DeployConfig, facts: Facts, *, target: str, image: str, beside: Mapping[str, str]
) -> tuple[Step, ...]:
    """What an interrupted deploy left in the idle slot goes, unless it is just what is wanted."""
    if target not in facts.slots or _holds(config, facts, slot=target, image=image):
        return ()
    title = f"empty the {target} slot, left by an unfinished deploy"
    return (Apply(title, beside, facts.live_slot),)


def _plan_move(
    beside: Mapping[str, str], live: str | None, *, target: str, image: str
) -> tuple[Step, ...]:
    both = {**beside, target: image}
    steps: tuple[Step, ...] = (
        Apply(f"fill the {target} slot", both, live),
        Prove(target, image),
        Apply(f"move the elastic IP to {target}", both, target),
        CheckAddress(image),
    )
    if not beside:
        return steps
    return (*steps, Apply(f"empty the {live} slot", {target: image}, target))


def _notes(config: DeployConfig) -> tuple[str, ...]:
    if not config.nat:
        return ()
    return ("the NAT gateway costs about 32 dollars a month and serves nothing yet: --no-nat",)
