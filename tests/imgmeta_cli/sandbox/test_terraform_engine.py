"""The embedded Terraform as a program, and the mirror that its provider comes from."""

from __future__ import annotations

import json
import signal
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from imgmeta_cli.sandbox.machine_image import CONTEXT, hash_context
from imgmeta_cli.sandbox.provider_mirror import render_configuration, write_mirror
from imgmeta_cli.sandbox.terraform_engine import terraform_command

SLOW = """
resource "terraform_data" "first" {
  provisioner "local-exec" { command = "sleep 2" }
}
resource "terraform_data" "second" {
  depends_on = [terraform_data.first]
}
"""


def terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*terraform_command(), *arguments], cwd=folder, capture_output=True, text=True, timeout=60
    )


def test_it_says_its_version(tmp_path: Path) -> None:
    done = terraform(tmp_path, "version", "-json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["terraform_version"] == "1.15.5"


def test_errors_go_to_standard_error_with_an_exit_code(tmp_path: Path) -> None:
    done = terraform(tmp_path, "plan")
    assert done.returncode == 1
    assert "No configuration files" in done.stderr


def test_plan_and_apply_stream_events(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "terraform_data" "x" {}\noutput "o" { value = 1 }')
    assert terraform(tmp_path, "init").returncode == 0
    planned = terraform(tmp_path, "plan", "-json", "-detailed-exitcode", "-out=p")
    assert planned.returncode == 2
    assert {"version", "change_summary"} <= {
        json.loads(line)["type"] for line in planned.stdout.splitlines()
    }
    assert terraform(tmp_path, "apply", "-json", "p").returncode == 0
    assert json.loads(terraform(tmp_path, "output", "-json").stdout)["o"]["value"] == 1
    assert terraform(tmp_path, "plan", "-detailed-exitcode").returncode == 0


def test_one_interrupt_lets_it_finish_what_it_does(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(SLOW)
    assert terraform(tmp_path, "init").returncode == 0
    with subprocess.Popen(
        [*terraform_command(), "apply", "-auto-approve", "-json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if '"apply_start"' in line:
                break
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        running.stdout.read()
    assert running.returncode == 1
    assert terraform(tmp_path, "state", "list").stdout.split() == ["terraform_data.first"]


def test_the_mirror_holds_the_provider(tmp_path: Path) -> None:
    configuration = write_mirror(tmp_path)
    assert configuration.read_text() == render_configuration(tmp_path)
    (archive,) = tmp_path.rglob("*.zip")
    assert archive.parent == tmp_path / "registry.terraform.io" / "hashicorp" / "aws"
    names = zipfile.ZipFile(archive).namelist()
    assert any(name.startswith("terraform-provider-aws_v3.39.0") for name in names)
    assert write_mirror(tmp_path) == configuration


def test_terraform_accepts_the_mirrors_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(write_mirror(tmp_path / 'with "quotes"')))
    (tmp_path / "main.tf").write_text('provider "aws" {}')
    done = terraform(tmp_path, "init")
    assert done.returncode == 0, done.stderr
    assert "hashicorp/aws v3.39.0" in done.stdout


def test_a_changed_file_or_base_means_another_machine_image(tmp_path: Path) -> None:
    for path in CONTEXT.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = hash_context(CONTEXT, base_id="a")
    assert hash_context(tmp_path, base_id="a") == before
    assert hash_context(tmp_path, base_id="b") != before
    with (tmp_path / "boot").open("a") as boot:
        boot.write("\n")
    assert hash_context(tmp_path, base_id="a") != before
