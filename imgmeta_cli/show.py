"""Results, on standard output: columns for people, one JSON document for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from imgmeta_cli.render import Display

if TYPE_CHECKING:
    from imgmeta_cli.operations import Deployed, Destroyed
    from imgmeta_cli.plan import DeployPlan
    from imgmeta_cli.status import Status


def print_plan(plan: DeployPlan, display: Display, *, as_json: bool) -> None:
    """The steps that would be taken."""
    if not as_json:
        display.plan(plan)
        return
    steps = [{"step": type(step).__name__, **asdict(step)} for step in plan.steps]
    print_json({"reason": plan.reason, "steps": steps, "notes": plan.notes})


def print_deployed(done: Deployed, *, as_json: bool) -> None:
    """Where the service is, and how to use it."""
    if as_json:
        print_json({**asdict(done), "url": done.release.url})
        return
    print_pairs(
        {
            "url": done.release.url,
            "image": done.release.image,
            "slot": done.release.slot,
            "bucket": done.release.bucket,
            "key": done.key,
            "token": done.token,
            "changed": "yes" if done.changed else "nothing: 0 to add, 0 to change, 0 to destroy",
            "try": f"curl --data-binary @photo.jpg {done.release.url}/api/images",
            "lists": _how_to_list(done),
        }
    )


def _how_to_list(done: Deployed) -> str:
    # KEY and TOKEN are the files in the lines above: written out, this would fill three lines.
    if done.ssh:
        return f"ssh -i KEY admin@{done.release.address} imgmeta-admin /api/requests <TOKEN"
    return "with the token, over ssh: deploy again with --ssh-cidr YOUR.ADDRESS/32"


def print_destroyed(done: Destroyed, *, as_json: bool) -> None:
    """What went, and what was kept on purpose."""
    if as_json:
        print_json(asdict(done))
        return
    kept = f"bucket {done.kept}; destroy --delete-data removes it" if done.kept else None
    print_pairs(
        {
            "removed": f"{len(done.removed)} resources",
            "kept": kept,
            "left": None if kept else "nothing: each service was asked",
        }
    )


def print_image(name: str, *, as_json: bool) -> None:
    """The name of an image."""
    if as_json:
        print_json({"image": name})
    else:
        print(name)


def print_status(found: Status, *, as_json: bool) -> None:
    """What is deployed and how it is."""
    if as_json:
        print_json(asdict(found))
        return
    release, step, deployment = found.release, found.unfinished, found.deployment
    pairs = {
        "name": deployment.name,
        "id": deployment.id,
        "account": f"{deployment.account} in {deployment.region}",
        "health": found.health,
        "unfinished": f"{step.step}: {step.detail or step.outcome}" if step else None,
    }
    if release is not None:
        pairs |= {
            "url": release.url,
            "image": release.image,
            "slot": release.slot,
            "since": release.time,
        }
    pairs["token"] = found.token
    print_pairs(pairs)


def print_json(value: object) -> None:
    """One JSON document."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def print_pairs(pairs: Mapping[str, object]) -> None:
    """Names and values in two columns; None is left out."""
    shown = {name: value for name, value in pairs.items() if value is not None}
    width = max(map(len, shown), default=0)
    console = Console(highlight=False)
    for name, value in shown.items():
        console.print(f"[dim]{name:>{width}}[/]  {escape(str(value))}", soft_wrap=True)
