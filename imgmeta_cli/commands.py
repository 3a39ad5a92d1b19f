"""The commands. Each turns options into a DeployConfig, calls one operation, shows the result.

What a command needs is imported inside it: `--help` and `inspect` load neither boto3 nor docker.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from imgmeta_cli.errors import SandboxError, UsageError

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
sandbox_app = typer.Typer(help="The embedded AWS on this machine.", no_args_is_help=True)
app.add_typer(sandbox_app, name="sandbox")

Profile = Annotated[str | None, typer.Option(help="AWS profile; default: AWS_PROFILE.")]
Region = Annotated[str | None, typer.Option(help="AWS region; default: the profile's.")]
Name = Annotated[str | None, typer.Option(help="Name of the deployment; default: imgmeta.")]
Repo = Annotated[
    str | None, typer.Option(help="Image repository; default: YOU/imgmeta on DockerHub.")
]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="Use the embedded AWS.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Agree to what is shown.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the steps; change nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
AllowCidr = Annotated[
    list[str] | None, typer.Option(help="Who may use the service; default: 0.0.0.0/0.")
]
SshCidr = Annotated[list[str] | None, typer.Option(help="Who may use ssh; default: nobody.")]
InstanceType = Annotated[str | None, typer.Option(help="EC2 type; default: t3.micro.")]
AmiId = Annotated[str | None, typer.Option(help="AMI; default: the latest Debian 12.")]
Nat = Annotated[
    bool | None, typer.Option("--nat/--no-nat", help="Build the NAT gateway; default: yes.")
]


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
    from imgmeta_cli import operations, show

    show.print_status(operations.read_status(config), as_json=as_json)


@app.command()
def inspect(
    files: Annotated[list[str], typer.Argument(help="Images and folders; - is standard input.")],
    recursive: Annotated[
        bool, typer.Option("--recursive", "-r", help="Read the images in folders, too.")
    ] = False,
    output: Annotated[
        str | None, typer.Option("--format", help="One of table, json, jsonl, csv.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
    fields: Annotated[
        str | None, typer.Option(help="Show these alone, as in path,image.width,location.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Processes; default: as many as pay.")
    ] = None,
    sha256: Annotated[bool, typer.Option("--hash", help="Add file.sha256.")] = False,
    redact: Annotated[
        bool, typer.Option("--redact", help="Leave out places and serial numbers.")
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Show what the images have in common instead.")
    ] = False,
    report: Annotated[
        str | None, typer.Option(help="Write a page for the browser to this file.")
    ] = None,
) -> None:
    """Show what is in an image: the same answer that the service gives."""
    from imgmeta_cli.inspect import inspect_files
    from imgmeta_cli.inspect_options import make_options

    options = make_options(
        files=files, recursive=recursive, output=output, as_json=as_json, fields=fields,
        jobs=jobs, sha256=sha256, redact=redact, summary=summary, report=report,
    )  # fmt: skip
    raise typer.Exit(inspect_files(options))


@sandbox_app.command("start")
def sandbox_start(as_json: Json = False) -> None:
    """Start the embedded AWS; one that runs is left as it is."""
    from imgmeta_cli.show import print_json

    environment = _start_sandbox()
    if as_json:
        print_json(environment)
        return
    for key, value in environment.items():
        print(f"export {key}={shlex.quote(value)}")


@sandbox_app.command("status")
def sandbox_status(as_json: Json = False) -> None:
    """Show which parts of the embedded AWS run."""
    from imgmeta_cli.config import read_home
    from imgmeta_cli.sandbox import control
    from imgmeta_cli.show import print_json, print_pairs

    found = asdict(control.status(read_home(os.environ) / "sandbox"))
    print_json(found) if as_json else print_pairs(found)


@sandbox_app.command("stop")
def sandbox_stop() -> None:
    """Stop the embedded AWS; what was deployed into it is gone with it."""
    from imgmeta_cli.config import read_home
    from imgmeta_cli.render import Display
    from imgmeta_cli.sandbox import control, profiles

    display, home = Display(), read_home(os.environ)
    with display.step("stop the embedded AWS"):
        removed = control.stop(home / "sandbox", report=display.say)
        for account in profiles.ACCOUNTS.values():
            shutil.rmtree(home / "deployments" / account, ignore_errors=True)
    print(f"stopped: {', '.join(removed) or 'nothing was running'}")


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
        os.environ.update(_start_sandbox() if start else _find_sandbox())
    return load_config(options, environ=os.environ, folder=Path.cwd()), Display()


def _find_sandbox() -> dict[str, str]:
    from imgmeta_cli.config import read_home
    from imgmeta_cli.sandbox import control

    found = control.find(read_home(os.environ) / "sandbox")
    if found is None:
        raise SandboxError("the embedded AWS does not run", "start it: imgmeta sandbox start")
    return found.environment()


def _start_sandbox() -> dict[str, str]:
    from imgmeta_cli.config import read_home
    from imgmeta_cli.render import Display
    from imgmeta_cli.sandbox import control

    display = Display()
    with display.step("start the embedded AWS"):
        started = control.start(read_home(os.environ) / "sandbox", report=display.say)
    return started.environment()
