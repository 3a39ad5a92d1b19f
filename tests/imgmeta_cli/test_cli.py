"""The commands as people run them: a process, its exit code and its two streams."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import boto3
import pytest

from imgmeta_cli.admintoken import create_token
from imgmeta_cli.releases import Deployment, Release, find_record
from tests.imgmeta_cli.helpers import (
    ACCOUNT,
    REGION,
    Reply,
    Run,
    command,
    imgmeta,
    serving_engine,
)

COMMANDS = [(), ("deploy",), ("destroy",), ("push",), ("inspect",), ("sandbox", "start")]
NOT_PUSHED = {"/distribution/": Reply(404, b'{"message": "manifest unknown"}')}
NO_ENGINE = {"DOCKER_HOST": "unix:///nonexistent"}


def assert_one_line(run: Run, code: int, words: str) -> None:
    """It ended with this code, its cause on one line, a fix on the next, and no traceback."""
    assert run.code == code, run.err
    assert "Traceback" not in run.err
    # What comes before is progress, and what is said beside it.
    before, mark, after = run.err.partition("error: ")
    assert all(line.startswith(("…", "✗", "✓", "  ")) for line in before.splitlines())
    cause, *hint = after.splitlines()
    assert mark
    assert words in cause
    assert len(hint) == 1
    assert hint[0].strip().startswith("→ ")
    assert run.out == ""


@pytest.mark.parametrize("args", COMMANDS, ids=lambda args: " ".join(args) or "imgmeta")
def test_help_fits_80_columns(home: Path, args: tuple[str, ...]) -> None:
    run = imgmeta(*args, "--help")
    assert run.code == 0
    assert f"Usage: {' '.join(('imgmeta', *args))}" in run.out.replace(
        "python -m imgmeta_cli", "imgmeta"
    )
    assert max(map(len, run.out.splitlines())) <= 80
    assert "…" not in run.out, "something was cut"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["deploy", "--name", "Upper"], "--name 'Upper'"),
        (["deploy", "--region", "europe"], "--region 'europe'"),
        (["deploy", "--allow-cidr", "everyone"], "--allow-cidr 'everyone'"),
        (["deploy", "--ssh-cidr", "192.0.2.1/24"], "--ssh-cidr '192.0.2.1/24'"),
        (["build", "--repository", "acme/imgmeta:1"], "'acme/imgmeta:1'"),
        (["deploy", "--colour"], "--colour"),
        (["deploy", "--name"], "--name"),
        (["deplyo"], "deplyo"),
        (["deploy", "extra"], "extra"),
    ],
)
def test_a_wrong_option_is_64(home: Path, args: list[str], words: str) -> None:
    assert_one_line(imgmeta(*args), 64, words)


def test_no_region_is_64(home: Path) -> None:
    assert_one_line(imgmeta("status"), 64, "no AWS region is set")


def test_no_credentials_is_77(home: Path) -> None:
    assert_one_line(imgmeta("status", "--region", REGION), 77, "credentials")


def test_a_sandbox_that_does_not_run_is_75(home: Path) -> None:
    assert_one_line(imgmeta("status", "--sandbox"), 75, "does not run")


def test_nobody_to_agree_is_64(home: Path) -> None:
    assert_one_line(imgmeta("deploy"), 64, "nobody is here to agree")


def test_an_unknown_profile_is_77(home: Path) -> None:
    assert_one_line(imgmeta("status", "--profile", "none"), 77, "'none'")


def test_no_docker_engine_is_69(home: Path) -> None:
    run = imgmeta("build", "--repository", "acme/imgmeta", **NO_ENGINE)
    assert_one_line(run, 69, "no Docker Engine answers")


def test_nobody_logged_in_is_64(home: Path) -> None:
    assert_one_line(imgmeta("build", **NO_ENGINE), 64, "no repository is named")


BUILT = {
    "/build": Reply(200, stream=({"stream": "Step 1"},)),
    "/images/": Reply(200, b'{"Id": "sha256:2"}'),
}
PUSH = "/images/acme/imgmeta/push"


def test_one_connection_to_the_engine_builds_and_pushes(home: Path) -> None:
    replies = {**BUILT, PUSH: Reply(200, stream=({"aux": {"Digest": "sha256:3"}},))}
    seen: list[str] = []
    with serving_engine(replies, seen=seen) as host:
        run = imgmeta("push", "--repository", "acme/imgmeta", DOCKER_HOST=host)
    assert (run.code, run.out) == (0, "acme/imgmeta@sha256:3\n")
    assert seen.count("/version") == 1, "one client"
    assert {"/build", PUSH} <= set(seen)


def test_a_refused_push_is_71(home: Path) -> None:
    replies = {**BUILT, PUSH: Reply(200, stream=({"errorDetail": {"message": "denied"}},))}
    with serving_engine(replies) as host:
        run = imgmeta("push", "--repository", "acme/imgmeta", DOCKER_HOST=host)
    assert_one_line(run, 71, "refused the push")


def test_nothing_known_is_74(aws: boto3.Session) -> None:
    for name in ("status", "destroy --yes", "destroy --dry-run"):
        assert_one_line(imgmeta(*name.split(), "--name", "none"), 74, "no deployment named 'none'")


@pytest.fixture
def deployed(aws: boto3.Session, home: Path) -> Deployment:
    """A deployment that this machine remembers."""
    record = find_record(home / ".imgmeta", account=ACCOUNT, region=REGION, name="imgmeta")
    deployment = Deployment("0a1b2c3d", "imgmeta", ACCOUNT, REGION)
    record.write_deployment(deployment)
    record.add_release(
        Release("2026-01-01T00:00:00Z", "0.1.0", "acme/imgmeta@sha256:1", "abc", "blue",
                "127.88.2.1", deployment.label)
    )  # fmt: skip
    record.note("empty the green slot", "failed", "terraform was interrupted")
    return deployment


def test_status_is_one_json_document(deployed: Deployment) -> None:
    run = imgmeta("status", "--json")
    assert run.code == 0, run.err
    assert run.json["deployment"]["id"] == "0a1b2c3d"
    assert run.json["token"] is None
    assert run.json["release"]["address"] == "127.88.2.1"
    assert run.json["health"] == "no answer"
    assert run.json["unfinished"]["step"] == "empty the green slot"


def test_status_for_people(deployed: Deployment, home: Path) -> None:
    record = find_record(home / ".imgmeta", account=ACCOUNT, region=REGION, name=deployed.name)
    create_token(record.token)
    run = imgmeta("status")
    assert str(record.token) in run.out
    assert "http://127.88.2.1:8888" in run.out
    assert "empty the green slot: terraform was interrupted" in run.out


def test_a_dry_run_prints_its_plan_as_json_and_its_progress_apart(aws: boto3.Session) -> None:
    with serving_engine({}) as host:
        args = ["deploy", "--dry-run", "--json", "--repository", "acme/imgmeta"]
        refused = imgmeta(*args, DOCKER_HOST=host)
        assert_one_line(refused, 71, "cannot be asked")
    with serving_engine(NOT_PUSHED) as host:
        run = imgmeta(*args, DOCKER_HOST=host)
    assert run.code == 0, run.err
    steps = [step["step"] for step in run.json["steps"]]
    assert steps[:4] == ["Build", "Push", "CheckPublic", "CreateKey"]
    assert "read what is there" in run.err
    assert not Path(os.environ["IMGMETA_HOME"]).exists(), "a dry run leaves nothing"


def test_destroy_shows_its_plan(deployed: Deployment) -> None:
    run = imgmeta("destroy", "--dry-run", "--delete-data", "--json")
    steps = [step["step"] for step in run.json["steps"]]
    assert steps == ["Apply", "EmptyBucket", "DestroyStack", "Sweep"]


@pytest.mark.parametrize("args", [("--help",), ("sandbox", "status", "--json")])
def test_a_reader_that_has_gone_is_no_error(home: Path, args: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command(*args), stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_full_disk_under_the_output_is_one_line(home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("sandbox", "status", "--json"),
            stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert_one_line(Run(done.returncode, "", done.stderr), 1, "No space left on device")


def test_a_home_that_cannot_be_written_is_one_line(aws: boto3.Session, home: Path) -> None:
    (home / ".imgmeta").write_text("a file where a folder should be")
    with serving_engine(NOT_PUSHED) as host:
        run = imgmeta("deploy", "--yes", "--repository", "acme/imgmeta", DOCKER_HOST=host)
    assert_one_line(run, 1, ".imgmeta")


def test_a_disk_that_fills_up_is_one_line(aws: boto3.Session, home: Path) -> None:
    # A limit of the size of files (ulimit -f) stands for the disk: writes fail in the same way.
    with serving_engine(NOT_PUSHED) as host:
        limited = ["/bin/sh", "-c", 'ulimit -f 0; trap "" XFSZ; exec "$@"', "sh"]
        done = subprocess.run(
            [*limited, *command("deploy", "--yes", "--repository", "acme/imgmeta")],
            env={**os.environ, "DOCKER_HOST": host, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, text=True,
        )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr


def test_module_and_program_are_the_same(home: Path) -> None:
    program = Path(command()[0]).with_name("imgmeta")
    done = subprocess.run([program, "sandbox", "status", "--json"], capture_output=True)
    assert json.loads(done.stdout) == imgmeta("sandbox", "status", "--json").json
