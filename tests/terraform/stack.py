"""A copy of the terraform folder that a test plans and applies, and what came of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imgmeta_cli import process
from imgmeta_cli.process import Result

SOURCE = Path(__file__).parents[2] / "terraform"
STACK = "stacks/ec2"
INSTANCE = "module.ec2[0].aws_instance.slot"
ASSOCIATION = "module.ec2[0].aws_eip_association.live[0]"


@dataclass(frozen=True)
class Plan:
    """A saved plan, and its JSON as `terraform show -json` gives it."""

    file: Path
    document: dict[str, Any]

    @property
    def actions(self) -> dict[str, list[str]]:
        """Address to actions, of every resource that would change; data sources are left out."""
        return {
            change["address"]: change["change"]["actions"]
            for change in self.document.get("resource_changes", [])
            if change["mode"] == "managed" and change["change"]["actions"] != ["no-op"]
        }

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change, outputs included."""
        return not self.document["applyable"]

    def resources(self, kind: str | None = None) -> dict[str, dict[str, Any]]:
        """Address to planned values of every managed resource, or of one type."""
        root = self.document["planned_values"]["root_module"]
        return {
            resource["address"]: resource.get("values", {})
            for module in _walk(root)
            for resource in module.get("resources", [])
            if resource["mode"] == "managed" and kind in (None, resource["type"])
        }


@dataclass(frozen=True)
class Applied:
    """What an apply did, in order of completion, and the outputs after it.

    Terraform keeps no output that is null, so it is missing here.
    """

    done: tuple[tuple[str, str], ...]
    outputs: dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """A working copy and the Terraform command and environment that run in it."""

    folder: Path
    command: tuple[str, ...]
    env: Mapping[str, str]

    def run(self, *arguments: str, folder: str = STACK) -> Result:
        """Run Terraform in `folder` of the copy, whatever comes of it."""
        return process.run(
            [*self.command, *arguments], cwd=self.folder / folder, env=self.env, timeout=600
        )

    def init(self, folder: str = STACK) -> None:
        checked(self.run("init", "-input=false", "-no-color", folder=folder))

    def plan(self, **variables: Any) -> Plan:
        """Plan with `variables` and nothing else."""
        values = self.folder / "values.tfvars.json"
        values.write_text(json.dumps(variables))
        file = self.folder / "saved.plan"
        checked(self.run("plan", "-no-color", f"-var-file={values}", f"-out={file}"))
        return Plan(file, json.loads(checked(self.run("show", "-json", str(file)))))

    def refused(self, **variables: Any) -> str:
        """What a plan that must fail said."""
        values = self.folder / "refused.tfvars.json"
        values.write_text(json.dumps(variables))
        result = self.run("plan", "-no-color", f"-var-file={values}")
        assert result.returncode == 1, result.stdout
        return result.stderr

    def apply(self, plan: Plan) -> Applied:
        text = checked(self.run("apply", "-json", "-input=false", str(plan.file)))
        outputs = json.loads(checked(self.run("output", "-json")))
        return Applied(
            done=tuple(_completions(text)),
            outputs={name: output["value"] for name, output in outputs.items()},
        )


def copy_stack(folder: Path, *, command: tuple[str, ...], env: Mapping[str, str]) -> Stack:
    """Copy the terraform folder, so that no test leaves anything in the checkout."""
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    return Stack(folder, command, env)


def checked(result: Result) -> str:
    """The output of a run that must have succeeded."""
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def _walk(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield module
    for child in module.get("child_modules", []):
        yield from _walk(child)


def _completions(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        event = json.loads(line)
        if event["type"] == "apply_complete":
            yield event["hook"]["action"], event["hook"]["resource"]["addr"]
