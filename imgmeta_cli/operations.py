"""What `deploy` and `destroy` do: from a DeployConfig to a value that can be shown."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgmeta_cli import image
from imgmeta_cli.bundle import find_bundle, read_version
from imgmeta_cli.config import DeployConfig
from imgmeta_cli.deploy import execute
from imgmeta_cli.events import Change
from imgmeta_cli.facts import Target, gather_facts, open_target, require_deployment
from imgmeta_cli.plan import DeployPlan, Facts, plan_deploy, plan_destroy
from imgmeta_cli.releases import Deployment, Release, now
from imgmeta_cli.render import Display
from imgmeta_cli.site import Outcome, Site
from imgmeta_cli.terraform import Terraform
from imgmeta_cli.terraform_setup import find_terraform, terraform_env
from imgmeta_cli.workspace import Workspace

if TYPE_CHECKING:
    from docker import DockerClient

STACK = "ec2"


@dataclass(frozen=True)
class Deployed:
    """A finished deploy: its release, whether anything was changed, and where the secrets are.

    `key` and `token` are the files of the private key and the admin token; `ssh` tells whether
    anybody may use ssh.
    """

    deployment: Deployment
    release: Release
    changed: bool
    key: str
    token: str
    ssh: bool


@dataclass(frozen=True)
class Destroyed:
    """A finished destroy: Terraform's addresses of what went, and the bucket if it was kept."""

    deployment: Deployment
    removed: tuple[str, ...]
    kept: str | None


def deploy(
    config: DeployConfig, *, display: Display, agree: Callable[[tuple[Change, ...]], bool]
) -> Deployed:
    """Bring the current source into the account, and return when it has answered."""
    with display.step("read what is there"):
        target = open_target(config)
    with target.record.locked():
        deployment = target.record.read_deployment() or _new_deployment(config, target)
        client, terraform, facts = _gather(config, target, display)
        plan = plan_deploy(config, facts)
        display.plan(plan)
        target.record.write_deployment(deployment)
        site = Site(
            config=config,
            target=target,
            deployment=deployment,
            terraform=terraform,
            display=display,
            bundle=find_bundle(),
            agree=agree,
            machine_hash=facts.machine_hash,
            client=client,
        )
        outcome = execute(plan, site)
        release = _record_release(site, facts, outcome)
        return Deployed(
            deployment=deployment,
            release=release,
            changed=outcome.changed > 0,
            key=str(target.record.key),
            token=str(target.record.token),
            ssh=bool(config.ssh_cidrs),
        )


def preview(config: DeployConfig, *, display: Display) -> DeployPlan:
    """What deploy would do now; nothing is changed, anywhere."""
    with display.step("read what is there"):
        target = open_target(config)
    *_, facts = _gather(config, target, display)
    return plan_deploy(config, facts)


def preview_destroy(config: DeployConfig, *, delete_data: bool) -> DeployPlan:
    """What destroy would do; raises StateError where there is nothing to destroy."""
    require_deployment(config, open_target(config))
    return plan_destroy(delete_data=delete_data)


def destroy(
    config: DeployConfig,
    *,
    delete_data: bool,
    display: Display,
    agree: Callable[[tuple[Change, ...]], bool],
) -> Destroyed:
    """Take the deployment away; the bucket only with `delete_data`."""
    with display.step("read what is there"):
        target = open_target(config)
    deployment = require_deployment(config, target)
    with target.record.locked():
        plan = plan_destroy(delete_data=delete_data)
        display.plan(plan)
        site = Site(
            config=config,
            target=target,
            deployment=deployment,
            terraform=_open_terraform(config, target, display),
            display=display,
            bundle=find_bundle(),
            agree=agree,
        )
        outcome = execute(plan, site)
        if delete_data:
            target.record.forget()
        kept = None if delete_data else deployment.label
        return Destroyed(deployment, outcome.removed, kept)


def _gather(
    config: DeployConfig, target: Target, display: Display
) -> tuple[DockerClient, Terraform, Facts]:
    with display.step("read image, registry and state"):
        terraform = _open_terraform(config, target, display)
        client = image.connect()
        facts = gather_facts(config, target, client=client, terraform=terraform)
    return client, terraform, facts


def _open_terraform(config: DeployConfig, target: Target, display: Display) -> Terraform:
    env = terraform_env(os.environ, profile=config.profile, region=target.identity.region)
    return Terraform(
        Workspace(target.record.folder, STACK),
        command=find_terraform(say=display.say),
        env=env,
        on_event=display.terraform,
    )


def _new_deployment(config: DeployConfig, target: Target) -> Deployment:
    identity = target.identity
    return Deployment(secrets.token_hex(4), config.name, identity.account, identity.region)


def _record_release(site: Site, facts: Facts, outcome: Outcome) -> Release:
    outputs = site.terraform.read_outputs()
    live = outputs["live_slot"]
    release = Release(
        time=now(),
        version=read_version(),
        image=outputs["slots"][live]["image"],
        source_hash=facts.source_hash,
        slot=live,
        address=outputs["address"],
        bucket=outputs["bucket"],
    )
    known = site.target.record.read_releases()
    if known and not outcome.changed and known[-1].image == release.image:
        return known[-1]
    site.target.record.add_release(release)
    return release
