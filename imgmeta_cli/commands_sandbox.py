"""The commands of the embedded AWS."""

from __future__ import annotations

import os
import shlex
import shutil
from dataclasses import asdict

import typer

from imgmeta_cli.commands_options import Json
from imgmeta_cli.errors import SandboxError

sandbox_app = typer.Typer(help="The embedded AWS on this machine.", no_args_is_help=True)


@sandbox_app.command("start")
def sandbox_start(as_json: Json = False) -> None:
    """Start the embedded AWS; one that runs is left as it is."""
    from imgmeta_cli.show import print_json

    environment = start_sandbox()
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


def find_sandbox() -> dict[str, str]:
    """The environment of the embedded AWS; raises SandboxError if it does not run."""
    from imgmeta_cli.config import read_home
    from imgmeta_cli.sandbox import control

    found = control.find(read_home(os.environ) / "sandbox")
    if found is None:
        raise SandboxError("the embedded AWS does not run", "start it: imgmeta sandbox start")
    return found.environment()


def start_sandbox() -> dict[str, str]:
    """Start what does not run yet, and give the environment to work in."""
    from imgmeta_cli.config import read_home
    from imgmeta_cli.render import Display
    from imgmeta_cli.sandbox import control

    display = Display()
    with display.step("start the embedded AWS"):
        started = control.start(read_home(os.environ) / "sandbox", report=display.say)
    return started.environment()
