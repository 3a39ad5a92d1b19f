"""What is said in two places is said alike."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from service import __version__

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "service" / "config"


def project() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return table


def test_the_service_has_the_version_of_the_project() -> None:
    assert __version__ == project()["version"]
    assert f"ARG VERSION={__version__}\n" in (ROOT / "Dockerfile").read_text()


def test_the_image_holds_what_the_service_extra_names() -> None:
    lines = (CONFIG / "requirements.in").read_text().splitlines()
    wanted = {line for line in lines if not line.startswith("#")}
    assert wanted == set(project()["optional-dependencies"]["service"])


def test_the_lock_pins_every_wanted_package_with_hashes() -> None:
    lock = (CONFIG / "requirements.lock").read_text()
    for line in project()["optional-dependencies"]["service"]:
        name = re.split(r"[<>=[]", line)[0]
        assert re.search(rf"^{name}==\S+ \\\n    --hash=sha256:", lock, re.MULTILINE), name
