"""The real Terraform, on stacks of terraform_data, which needs no provider."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from imgmeta_cli.errors import TerraformError
from imgmeta_cli.events import Change, Event, Progress, Summary
from imgmeta_cli.process import is_running
from imgmeta_cli.terraform import Terraform
from imgmeta_cli.terraform_setup import find_terraform, terraform_env
from imgmeta_cli.workspace import Workspace, prepare_workspace
from tests.service.helpers import wait_until

STACK = """
variable "words" { type = map(string) }
resource "terraform_data" "word" {
  for_each = var.words
  input    = each.value
}
output "words" { value = { for key, data in terraform_data.word : key => data.output } }
"""
FAILS = """
resource "terraform_data" "first" { input = "made" }
resource "terraform_data" "second" {
  depends_on = [terraform_data.first]
  provisioner "local-exec" { command = "exit 3" }
}
"""
SLEEPS = """
resource "terraform_data" "first" { input = "made" }
resource "terraform_data" "slow" {
  depends_on = [terraform_data.first]
  provisioner "local-exec" { command = "echo $$ > ${path.root}/pid; exec sleep 60" }
}
"""


def open_terraform(folder: Path, hcl: str, seen: list[Event] | None = None) -> Terraform:
    """Terraform in a fresh workspace below `folder` with this root module."""
    source = folder / "source" / "stacks" / "test"
    source.mkdir(parents=True, exist_ok=True)
    (source / "main.tf").write_text(hcl)
    return Terraform(
        Workspace(folder / "deployment", "test"),
        command=find_terraform(say=print),
        env=terraform_env(os.environ, profile=None, region="eu-central-1"),
        on_event=(seen if seen is not None else []).append,
    )


def lay_out(terraform: Terraform, **variables: object) -> None:
    """Prepare the workspace for the next plan."""
    source = terraform.workspace.root.parent / "source"
    prepare_workspace(terraform.workspace, source=source, variables=variables)
    terraform.initialise(endpoint_url=None, say=print)


def test_plans_applies_and_reads_outputs(tmp_path: Path) -> None:
    seen: list[Event] = []
    terraform = open_terraform(tmp_path, STACK, seen)
    assert terraform.read_outputs() == {}
    lay_out(terraform, words={"blue": "one"})
    planned = terraform.make_plan()
    assert planned.changes == (Change('terraform_data.word["blue"]', "create"),)
    assert str(planned.summary) == "1 to add, 0 to change, 0 to destroy"
    assert planned.file.is_file()

    seen.clear()
    log = terraform.apply_plan(planned)
    assert [item.address for item in log.finished] == ['terraform_data.word["blue"]']
    assert Progress("complete", 'terraform_data.word["blue"]', "create") in seen
    assert log.summary == Summary("apply", 1, 0, 0)
    assert not planned.file.exists()
    assert terraform.read_outputs() == {"words": {"blue": "one"}}


def test_what_is_as_it_should_be_has_no_changes(tmp_path: Path) -> None:
    terraform = open_terraform(tmp_path, STACK)
    lay_out(terraform, words={"blue": "one"})
    terraform.apply_plan(terraform.make_plan())
    lay_out(terraform, words={"blue": "one"})
    planned = terraform.make_plan()
    assert planned.changes == ()
    assert str(planned.summary) == "0 to add, 0 to change, 0 to destroy"


def test_applies_what_was_shown_and_not_what_has_come_since(tmp_path: Path) -> None:
    terraform = open_terraform(tmp_path, STACK)
    lay_out(terraform, words={"blue": "one"})
    planned = terraform.make_plan()
    lay_out(terraform, words={"blue": "one", "green": "two"})
    terraform.apply_plan(planned)
    assert terraform.read_outputs() == {"words": {"blue": "one"}}


def test_destroys(tmp_path: Path) -> None:
    terraform = open_terraform(tmp_path, STACK)
    lay_out(terraform, words={"blue": "one", "green": "two"})
    terraform.apply_plan(terraform.make_plan())
    log = terraform.apply_plan(terraform.make_plan(destroy=True))
    assert {item.action for item in log.finished} == {"delete"}
    assert terraform.read_outputs() == {}


def test_a_failed_apply_is_one_line_and_keeps_what_was_made(tmp_path: Path) -> None:
    terraform = open_terraform(tmp_path, FAILS)
    lay_out(terraform)
    with pytest.raises(TerraformError, match="exit status 3") as caught:
        terraform.apply_plan(terraform.make_plan())
    assert caught.value.message.startswith("terraform apply: terraform_data.second: ")
    assert "\n" not in caught.value.message
    assert caught.value.hint
    state = json.loads(terraform.workspace.state.read_text())
    assert "first" in [resource["name"] for resource in state["resources"]]


@pytest.mark.parametrize(
    ("hcl", "words"),
    [
        ("resource {", "terraform init failed"),
        ('output "x" { value = local.none }', "terraform plan: "),
        ('variable "x" { type = string }', "terraform plan: "),
        ('module "x" { source = "./none" }', "terraform init failed"),
    ],
)
def test_wrong_code_is_one_line(tmp_path: Path, hcl: str, words: str) -> None:
    terraform = open_terraform(tmp_path, hcl)
    with pytest.raises(TerraformError, match=words) as caught:
        lay_out(terraform)
        terraform.make_plan()
    assert "\n" not in caught.value.message
    assert len(caught.value.message) > len(words) + 5
    assert "configuration file" not in caught.value.message


@pytest.mark.parametrize("content", ["{", '{"version": 99}'])
def test_a_damaged_state_is_said(tmp_path: Path, content: str) -> None:
    terraform = open_terraform(tmp_path, STACK)
    lay_out(terraform, words={"blue": "one"})
    terraform.workspace.state.write_text(content)
    with pytest.raises(TerraformError, match="terraform output failed") as caught:
        terraform.read_outputs()
    assert "\n" not in caught.value.message
    assert ".backup" in caught.value.hint


INTERRUPTED = """
import sys
from pathlib import Path
from imgmeta_cli.errors import InterruptedByUser
from tests.imgmeta_cli.test_terraform import SLEEPS, lay_out, open_terraform
terraform = open_terraform(Path(sys.argv[1]), SLEEPS)
lay_out(terraform)
try:
    terraform.apply_plan(terraform.make_plan())
except InterruptedByUser as error:
    print(error.message)
    sys.exit(error.exit_code)
"""


def test_an_interrupt_leaves_a_valid_state_and_no_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        workspace = Workspace(tmp_path / "deployment", "test")
        pid = workspace.folder / "pid"
        wait_until(lambda: pid.is_file() and pid.read_text().endswith("\n"), seconds=30)
        parent.send_signal(signal.SIGINT)
        out, _ = parent.communicate(timeout=60)
    assert (parent.returncode, out.endswith("interrupted\n")) == (130, True)
    assert not is_running(int(pid.read_text()))
    state = json.loads(workspace.state.read_text())
    assert {resource["name"] for resource in state["resources"]} == {"first", "slow"}

    again = open_terraform(tmp_path, STACK)
    lay_out(again, words={"blue": "one"})
    again.apply_plan(again.make_plan())
    assert again.read_outputs() == {"words": {"blue": "one"}}
