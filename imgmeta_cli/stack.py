"""The steps that are Terraform's: the stack planned with its slots, agreed to, and applied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from imgmeta_cli.admintoken import read_token_sha256
from imgmeta_cli.errors import InterruptedByUser
from imgmeta_cli.keypair import read_public_key
from imgmeta_cli.plan import fingerprint, needs_consent
from imgmeta_cli.site import Outcome, Site, resolve
from imgmeta_cli.steps import Apply
from imgmeta_cli.terraform import Planned
from imgmeta_cli.workspace import prepare_workspace

# The stack wants a key even where nothing is left to be made with it, and its file may be gone.
_NO_KEY = "ssh-ed25519 none"


def apply_stack(step: Apply, site: Site, outcome: Outcome) -> Outcome:
    """Plan and apply the stack as `step` has it; raises InterruptedByUser if not agreed to."""
    slots = {slot: resolve(image, outcome) for slot, image in step.slots.items()}
    variables = stack_variables(site, slots=slots, live=step.live, retired=step.retired)
    terraform = site.terraform
    prepare_workspace(terraform.workspace, source=site.bundle / "terraform", variables=variables)
    terraform.initialise(endpoint_url=site.target.identity.endpoint_url, say=site.display.say)
    _note_fingerprints(slots, site)
    return run_plan(terraform.make_plan(), site, outcome)


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


def run_plan(planned: Planned, site: Site, outcome: Outcome) -> Outcome:
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
