"""The commands. Each turns options into a DeployConfig, calls one operation, shows the result.

What a command needs is imported inside it: `--help` and `inspect` load neither boto3 nor docker.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from imgmeta_cli.commands_inspect import inspect
from imgmeta_cli.commands_options import (
    AllowCidr,
    AmiId,
    DryRun,
    InstanceType,
    Json,
    Name,
    Nat,
    Profile,
    Region,
    Repo,
    Sandbox,
    SshCidr,
    Yes,
)
from imgmeta_cli.commands_sandbox import find_sandbox, sandbox_app, start_sandbox
from imgmeta_cli.errors import UsageError

if TYPE_CHECKING:
    from imgmeta_cli.config import DeployConfig
    from imgmeta_cli.events import Change
    from imgmeta_cli.render import Display

app = typer.Typer(
    help="Your own image-metadata API in your own AWS account, with one command.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(sandbox_app, name="sandbox")


@app.command()
def deploy(
    profile: Profile = None,
    region: Region = None,
    name: Name = None,
    repository: Repo = None,
    instance_type: InstanceType = None,
    ami_id: AmiId = None,
    allow_cidr: AllowCidr = None,
    ssh_cidr: SshCidr = None,
    nat: Nat = None,
    sandbox: Sandbox = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Build, push, provision, and wait until the service answers."""
    options = {
        "profile": profile, "region": region, "name": name, "repository": repository,
        "instance_type": instance_type, "ami_id": ami_id, "allow_cidr": allow_cidr,
        "ssh_cidr": ssh_cidr, "nat": nat,
    }  # fmt: skip
    config, display = _prepare(options, sandbox=sandbox, start=True)
    from imgmeta_cli import operations, show

    if dry_run:
        show.print_plan(operations.preview(config, display=display), display, as_json=as_json)
        return
    done = operations.deploy(config, display=display, agree=_agree(display, yes=yes))
    show.print_deployed(done, as_json=as_json)


@app.command()
def destroy(
    profile: Profile = None,
    region: Region = None,
    name: Name = None,
    delete_data: Annotated[
        bool, typer.Option("--delete-data", help="Remove the bucket and all in it, too.")
    ] = False,
    sandbox: Sandbox = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take the deployment away; its bucket is kept unless --delete-data."""
    config, display = _prepare(
        {"profile": profile, "region": region, "name": name}, sandbox=sandbox
    )
    from imgmeta_cli import operations, show

    if dry_run:
        plan = operations.preview_destroy(config, delete_data=delete_data)
        show.print_plan(plan, display, as_json=as_json)
        return
    agree = _agree(display, yes=yes)
    done = operations.destroy(config, delete_data=delete_data, display=display, agree=agree)
    show.print_destroyed(done, as_json=as_json)


@app.command()
def build(repository: Repo = None, sandbox: Sandbox = False, as_json: Json = False) -> None:
    """Build the Docker image on this machine."""
    config, display = _prepare({"repository": repository}, sandbox=sandbox, start=True)
    from imgmeta_cli import publish, show

    show.print_image(publish.build(config, display=display), as_json=as_json)


@app.command()
def push(repository: Repo = None, sandbox: Sandbox = False, as_json: Json = False) -> None:
    """Build the image and push it to the repository."""
    config, display = _prepare({"repository": repository}, sandbox=sandbox, start=True)
    from imgmeta_cli import publish, show

    show.print_image(publish.push(config, display=display), as_json=as_json)


@app.command()
def status(
    profile: Profile = None,
    region: Region = None,
    name: Name = None,
    sandbox: Sandbox = False,
    as_json: Json = False,
) -> None:
    """Show what is deployed and whether it answers."""
    config, _ = _prepare({"profile": profile, "region": region, "name": name}, sandbox=sandbox)
    from imgmeta_cli import show, status

    show.print_status(status.read_status(config), as_json=as_json)


app.command()(inspect)


def _agree(display: Display, *, yes: bool) -> Callable[[tuple[Change, ...]], bool]:
    if yes:
        return lambda changes: True
    if not sys.stdin.isatty():
        raise UsageError("nobody is here to agree to this", "look at --dry-run, then add --yes")
    return display.confirm


def _prepare(
    options: dict[str, Any], *, sandbox: bool, start: bool = False
) -> tuple[DeployConfig, Display]:
    from imgmeta_cli.config import load_config
    from imgmeta_cli.render import Display

    if sandbox:
        # The sandbox is an AWS profile and a Docker login: the environment names both.
        os.environ.update(start_sandbox() if start else find_sandbox())
    return load_config(options, environ=os.environ, folder=Path.cwd()), Display()
