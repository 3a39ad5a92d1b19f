"""Where the files that a deploy sends away are: in a checkout, or packed into the wheel."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def find_bundle() -> Path:
    """The folder that holds `Dockerfile`, `service/` and `terraform/`."""
    packed = _PACKAGE / "_bundle"
    return packed if packed.is_dir() else _PACKAGE.parent


def read_version() -> str:
    """The installed version, such as "0.1.0"; "0+unknown" when run from loose files."""
    try:
        return version("imgmeta")
    except PackageNotFoundError:
        return "0+unknown"
