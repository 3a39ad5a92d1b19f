from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from imgmeta_cli.workspace import Workspace, prepare_workspace, write_provider_override


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Some HCL, and what a person's own runs have left beside it."""
    folder = tmp_path / "source" / "terraform"
    for name in (
        "modules/ec2/main.tf",
        "modules/ec2/boot.sh",
        "stacks/ec2/main.tf",
        "stacks/ec2/.terraform/providers/aws",
        "stacks/ec2/.terraform.lock.hcl",
        "stacks/ec2/terraform.tfstate",
        "stacks/ec2/terraform.tfstate.backup",
        "stacks/ec2/terraform.tfvars",
        "stacks/ec2/mine_override.tf",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "deployment", "ec2")


def read(workspace: Workspace, name: str) -> Any:
    """A JSON file of the root module."""
    return json.loads((workspace.folder / name).read_text())


def list_files(workspace: Workspace) -> set[str]:
    """All files of the deployment, relative to its folder."""
    root = workspace.root
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_lays_out_the_code_and_nothing_that_was_left_beside_it(
    source: Path, workspace: Workspace
) -> None:
    prepare_workspace(workspace, source=source, variables={"slots": {"blue": "a"}, "live": None})
    assert list_files(workspace) == {
        "terraform/modules/ec2/main.tf",
        "terraform/modules/ec2/boot.sh",
        "terraform/stacks/ec2/main.tf",
        "terraform/stacks/ec2/terraform.tfvars.json",
        "terraform/stacks/ec2/backend_override.tf.json",
    }
    assert read(workspace, "terraform.tfvars.json") == {"slots": {"blue": "a"}, "live": None}
    backend = read(workspace, "backend_override.tf.json")["terraform"]["backend"]
    assert backend == {"local": {"path": str(workspace.state)}}


def test_a_second_layout_drops_old_code_and_keeps_provider_and_state(
    source: Path, workspace: Workspace
) -> None:
    prepare_workspace(workspace, source=source, variables={})
    provider = workspace.folder / ".terraform" / "providers" / "aws"
    for path in (provider, workspace.state, workspace.folder / ".terraform.lock.hcl"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("kept")
    (source / "modules/ec2/main.tf").rename(source / "modules/ec2/renamed.tf")
    prepare_workspace(workspace, source=source, variables={"now": 1})
    files = list_files(workspace)
    assert "terraform/modules/ec2/renamed.tf" in files
    assert "terraform/modules/ec2/main.tf" not in files
    assert provider.read_text() == workspace.state.read_text() == "kept"
    assert "terraform/stacks/ec2/.terraform.lock.hcl" in files
    assert read(workspace, "terraform.tfvars.json") == {"now": 1}


@pytest.mark.parametrize(
    ("major", "path_style"),
    [(3, "s3_force_path_style"), (4, "s3_use_path_style"), (6, "s3_use_path_style")],
)
def test_an_endpoint_is_given_to_the_provider(
    source: Path, workspace: Workspace, major: int, path_style: str
) -> None:
    prepare_workspace(workspace, source=source, variables={})
    url = "http://127.0.0.1:4566"
    write_provider_override(workspace, endpoint_url=url, provider_major=major)
    aws = read(workspace, "provider_override.tf.json")["provider"]["aws"]
    assert aws["endpoints"] == [{"ec2": url, "iam": url, "s3": url, "sts": url}]
    assert aws[path_style] is True
    assert len([key for key in aws if "path_style" in key]) == 1


def test_without_an_endpoint_the_provider_is_left_alone(source: Path, workspace: Workspace) -> None:
    prepare_workspace(workspace, source=source, variables={})
    before = list_files(workspace)
    write_provider_override(workspace, endpoint_url="http://127.0.0.1:1", provider_major=6)
    write_provider_override(workspace, endpoint_url=None, provider_major=6)
    write_provider_override(workspace, endpoint_url=None, provider_major=6)
    assert list_files(workspace) == before
