"""One function a step: the effects that a plan is made of."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from imgmeta_cli import aws, image, readiness
from imgmeta_cli.admintoken import create_token
from imgmeta_cli.aws_write import empty_bucket
from imgmeta_cli.errors import ImgmetaError
from imgmeta_cli.keypair import create_key_pair
from imgmeta_cli.leftovers import read_leftovers
from imgmeta_cli.publish import build_image, push_image
from imgmeta_cli.repository import parse_repository
from imgmeta_cli.site import Outcome, Site, resolve
from imgmeta_cli.stack import apply_stack, run_plan
from imgmeta_cli.steps import (
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

if TYPE_CHECKING:
    from docker import DockerClient

READY_DEADLINE_S = 600.0
_SWEEP_DEADLINE_S = 120.0


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
            return apply_stack(step, site, outcome)
        case Prove():
            _prove(step.slot, resolve(step.image, outcome), site)
        case CheckAddress():
            address = site.terraform.read_outputs()["address"]
            digest = _digest(resolve(step.image, outcome))
            readiness.require_answer(address, digest=digest)
        case EmptyBucket():
            _empty_bucket(site)
        case DestroyStack():
            return run_plan(site.terraform.make_plan(destroy=True), site, outcome)
        case Sweep():
            _sweep(step, site)
    return outcome


def _engine(site: Site) -> DockerClient:
    assert site.client is not None, "only a deploy makes images"
    return site.client


def _check_public(site: Site, reference: str) -> None:
    name, _, digest = reference.partition("@")
    image.require_public(_engine(site), parse_repository(name), digest)


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


def _digest(reference: str) -> str:
    return reference.partition("@")[2]
