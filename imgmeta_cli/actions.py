"""One function a step: the effects that a plan is made of."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgmeta_cli import aws, image, readiness
from imgmeta_cli.admintoken import create_token, read_token_sha256
from imgmeta_cli.aws_write import empty_bucket
from imgmeta_cli.config import DeployConfig
from imgmeta_cli.errors import ImgmetaError, InterruptedByUser
from imgmeta_cli.events import Change
from imgmeta_cli.facts import Target
from imgmeta_cli.keypair import create_key_pair, read_public_key
from imgmeta_cli.leftovers import read_leftovers
from imgmeta_cli.plan import fingerprint, needs_consent
from imgmeta_cli.publish import build_image, push_image
from imgmeta_cli.releases import Deployment
from imgmeta_cli.render import Display
from imgmeta_cli.repository import parse_repository
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
from imgmeta_cli.terraform import Planned, Terraform
from imgmeta_cli.workspace import prepare_workspace

if TYPE_CHECKING:
    from docker import DockerClient

READY_DEADLINE_S = 600.0
_SWEEP_DEADLINE_S = 120.0
# The stack wants a key even where nothing is left to be made with it, and its file may be gone.
_NO_KEY = "ssh-ed25519 none"


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


def act(step: Step, site: Site, outcome: Outcome) -> Outcome:  # noqa: C901 - a flat case a step
    """Carry out one step and return what is known after it."""
    match step:
        case Build():
            build_image(step, client=_engine(site), bundle=site.bundle, display=site.display)
        case Push():
            pushed = push_image(step, client=_engine(site), display=site.display)
            return replace(outcome, image=pushed)
        case CheckPublic():
            _check_public(site, outcome.image)
        case CreateKey():
            create_key_pair(site.target.record.key)
        case CreateToken():
            create_token(site.target.record.token)
        case Apply():
            return _apply(step, site, outcome)
        case Prove():
            _prove(step.slot, _resolve(step.image, outcome), site)
        case CheckAddress():
            address = site.terraform.read_outputs()["address"]
            digest = _digest(_resolve(step.image, outcome))
            readiness.require_answer(address, digest=digest)
        case EmptyBucket():
            _empty_bucket(site)
        case DestroyStack():
            return _run_plan(site.terraform.make_plan(destroy=True), site, outcome)
        case Sweep():
            _sweep(step, site)
    return outcome


def _engine(site: Site) -> DockerClient:
    assert site.client is not None, "only a deploy makes images"
    return site.client


def _check_public(site: Site, reference: str) -> None:
    name, _, digest = reference.partition("@")
    image.require_public(_engine(site), parse_repository(name), digest)


def _apply(step: Apply, site: Site, outcome: Outcome) -> Outcome:
    slots = {slot: _resolve(image, outcome) for slot, image in step.slots.items()}
    variables = stack_variables(site, slots=slots, live=step.live, retired=step.retired)
    terraform = site.terraform
    prepare_workspace(terraform.workspace, source=site.bundle / "terraform", variables=variables)
    terraform.initialise(endpoint_url=site.target.identity.endpoint_url, say=site.display.say)
    _note_fingerprints(slots, site)
    return _run_plan(terraform.make_plan(), site, outcome)


def _note_fingerprints(slots: dict[str, str], site: Site) -> None:
    """Remember what the slots that are about to be filled are made with; others keep theirs."""
    filled = site.terraform.read_outputs().get("slots") or {}
    token = _token_sha256(slots, site)
    for slot, reference in slots.items():
        if filled.get(slot, {}).get("image") != reference:
            made_with = fingerprint(site.config, site.machine_hash, token)
            site.target.record.note_fingerprint(slot, made_with)


def stack_variables(
    site: Site, *, slots: dict[str, str], live: str | None, retired: bool
) -> dict[str, Any]:
    """The stack's variables, as terraform/stacks/ec2/variables.tf has them."""
    config = site.config
    return {
        "deployment": {"id": site.deployment.id, "name": site.deployment.name},
        "slots": slots,
        "live_slot": live,
        "instance_type": config.instance_type,
        "ami_id": config.ami_id,
        "allow_cidrs": list(config.allow_cidrs),
        "ssh_cidrs": list(config.ssh_cidrs),
        "access": {
            "public_key": read_public_key(site.target.record.key) or _NO_KEY,
            "admin_token_sha256": _token_sha256(slots, site),
        },
        "enable_nat": config.nat,
        "retired": retired,
    }


def _token_sha256(slots: dict[str, str], site: Site) -> str | None:
    """Of the admin token; where no slot is filled none is needed, whatever became of its file."""
    return read_token_sha256(site.target.record.token) if slots else None


def _run_plan(planned: Planned, site: Site, outcome: Outcome) -> Outcome:
    """Show a saved plan, have it agreed once a run, and apply that file."""
    site.display.say(f"terraform: {planned.summary}")
    if not planned.changes:
        planned.file.unlink(missing_ok=True)
        return outcome
    unasked = not outcome.agreed or needs_consent(planned.changes)
    if unasked and not site.agree(planned.changes):
        planned.file.unlink(missing_ok=True)
        raise InterruptedByUser("not agreed: nothing of this plan was applied")
    log = site.terraform.apply_plan(planned)
    gone = tuple(item.address for item in log.finished if item.action == "delete")
    return replace(
        outcome,
        agreed=True,
        changed=outcome.changed + len(planned.changes),
        removed=(*outcome.removed, *gone),
    )


def _prove(slot: str, reference: str, site: Site) -> None:
    found = site.terraform.read_outputs()["slots"][slot]
    session = site.target.session

    def look() -> readiness.Sight:
        answer = readiness.fetch_ready(found["public_ip"])
        instance = aws.read_instance(session, found["instance_id"])
        return readiness.Sight(instance, answer)

    readiness.wait_ready(
        look,
        digest=_digest(reference),
        deadline_s=READY_DEADLINE_S,
        report=site.display.ladder,
    )


def _empty_bucket(site: Site) -> None:
    def report(count: int) -> None:
        site.display.detail(f"{count} objects deleted")

    count = empty_bucket(site.target.session, site.deployment.label, report=report)
    site.display.say(f"{count} objects deleted from {site.deployment.label}")


def _sweep(step: Sweep, site: Site) -> None:
    """Wait until nothing is left but what is kept; raises ImgmetaError for what stays."""
    kept = f"bucket {site.deployment.label}" if step.keeps_bucket else None
    end = time.monotonic() + _SWEEP_DEADLINE_S
    while True:
        found = read_leftovers(
            site.target.session, deployment_id=site.deployment.id, name=site.deployment.label
        )
        left = [item for item in found if item != kept]
        if not left:
            return
        if time.monotonic() > end:
            raise ImgmetaError(
                f"still there: {', '.join(left)}", "run destroy again in a few minutes"
            )
        site.display.detail(f"waiting for {left[0]} to go")
        time.sleep(3)


def _resolve(reference: str, outcome: Outcome) -> str:
    return outcome.image if reference == NEW else reference


def _digest(reference: str) -> str:
    return reference.partition("@")[2]
