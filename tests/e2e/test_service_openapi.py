"""The service does what its description says, and refuses what it does not: asked by schemathesis.

It plugs itself into every pytest that it is installed beside, so it has an environment of its own.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.stack import running_stack
from tests.service.helpers import make_photo, status_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

HERE = Path(__file__).parent
LOCK = HERE / "schemathesis-requirements.lock"
CONFIG = HERE / "schemathesis.toml"
TOKEN = "schemathesis"
EXAMPLES = 100


def install(folder: Path) -> Path:
    """Make the environment; give its program."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    command = [*pip, "install", "--quiet", "--require-hashes", "-r", str(LOCK)]
    subprocess.run(command, check=True)
    return folder / "bin" / "schemathesis"


def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    program = install(tmp_path / "venv")
    folder = tmp_path / "stack"
    folder.mkdir()
    # On loopback its token opens the lists too.
    settings = {"IMGMETA_ADMIN_TOKEN_SHA256": hashlib.sha256(TOKEN.encode()).hexdigest()}
    with running_stack(folder, settings) as stack:
        assert status_of(stack.post(make_photo(width=20, height=20))) == 201
        done = subprocess.run(
            [
                *(str(program), "--config-file", str(CONFIG), "run", f"{stack.url}/openapi.json"),
                *("--header", f"Authorization: Bearer {TOKEN}", "--no-color"),
                *("--max-examples", str(EXAMPLES), "--generation-deterministic"),
            ],
            cwd=tmp_path,
            env={**os.environ, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
        )
        print(done.stdout, done.stderr)
        assert done.returncode == 0
        assert "Tested: 8" in done.stdout
        assert "defect" not in stack.errors()
