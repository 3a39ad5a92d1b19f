"""The folder that Terraform works in: our HCL, the tfvars, and what a profile adds to them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENDPOINT_SERVICES = ("ec2", "iam", "s3", "sts")
# Until 4.0 the provider called path-style addressing by another name.
_PATH_STYLE_RENAMED_IN = 4


@dataclass(frozen=True)
class Workspace:
    """`root` is the deployment's own folder; all below `root/terraform` can be made again."""

    root: Path
    stack: str

    @property
    def folder(self) -> Path:
        """Where the root module is, and Terraform runs."""
        return self.root / "terraform" / "stacks" / self.stack

    @property
    def state(self) -> Path:
        """The one file here that cannot be made again."""
        return self.root / "terraform.tfstate"


def prepare_workspace(workspace: Workspace, *, source: Path, variables: Mapping[str, Any]) -> None:
    """Lay out the HCL from `source`, write the tfvars and say where the state is kept.

    A provider that an earlier run downloaded stays.
    """
    target = workspace.root / "terraform"
    for old in target.rglob("*.tf"):
        old.unlink()
    hidden = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars*", "*override*")
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=hidden)
    _write_json(workspace.folder / "terraform.tfvars.json", variables)
    backend = {"terraform": {"backend": {"local": {"path": str(workspace.state)}}}}
    _write_json(workspace.folder / "backend_override.tf.json", backend)


def write_provider_override(
    workspace: Workspace, *, endpoint_url: str | None, provider_major: int
) -> None:
    """Send the provider where the profile's `endpoint_url` points; without one, leave it alone.

    Provider 3 does not read `endpoint_url` from a profile, and later ones read it only in part.
    """
    path = workspace.folder / "provider_override.tf.json"
    if endpoint_url is None:
        path.unlink(missing_ok=True)
        return
    renamed = provider_major >= _PATH_STYLE_RENAMED_IN
    settings: dict[str, Any] = {
        "endpoints": [dict.fromkeys(ENDPOINT_SERVICES, endpoint_url)],
        "s3_use_path_style" if renamed else "s3_force_path_style": True,
        "skip_metadata_api_check": True,
    }
    _write_json(path, {"provider": {"aws": settings}})


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")
