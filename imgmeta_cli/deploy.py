"""From a plan to effects: each step carried out in turn, the journal written before and after."""

from __future__ import annotations

from dataclasses import replace

from imgmeta_cli.actions import act
from imgmeta_cli.errors import ImgmetaError, NotReadyError
from imgmeta_cli.plan import DeployPlan
from imgmeta_cli.readiness import SlotFailedError
from imgmeta_cli.site import Outcome, Site
from imgmeta_cli.steps import Prove, Step


def execute(plan: DeployPlan, site: Site) -> Outcome:
    """Carry out `plan`, one step after another, with the journal written before and after each.

    A version that does not prove itself is taken away again by the plan's fallback, after its
    console was saved; then the NotReadyError goes on to the caller.
    """
    outcome = Outcome()
    for step in plan.steps:
        try:
            outcome = _carry_out(step, site, outcome)
        except NotReadyError as error:
            _fall_back(plan, site, outcome, step=step, error=error)
            raise
    return outcome


def _carry_out(step: Step, site: Site, outcome: Outcome) -> Outcome:
    record = site.target.record
    record.note(step.title, "started")
    try:
        with site.display.step(step.title):
            result = act(step, site, outcome)
    except BaseException as error:
        cause = error.message if isinstance(error, ImgmetaError) else type(error).__name__
        record.note(step.title, "failed", cause)
        raise
    record.note(step.title, "done")
    return result


def _fall_back(
    plan: DeployPlan, site: Site, outcome: Outcome, *, step: Step, error: NotReadyError
) -> None:
    """Save and show what the failed slot said, then take it away; the old one has never stopped."""
    if isinstance(error, SlotFailedError) and isinstance(step, Prove):
        path = site.target.record.save_console(step.slot, error.console)
        site.display.log(error.log)
        site.display.say(f"its console is in {path}")
    if plan.fallback is not None:
        _carry_out(plan.fallback, site, replace(outcome, agreed=True))
