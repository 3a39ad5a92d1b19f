from __future__ import annotations

import re

import pytest

from imgmeta_cli.errors import ImgmetaError
from imgmeta_cli.events import Change, Progress
from imgmeta_cli.plan import DeployPlan
from imgmeta_cli.readiness import Standing
from imgmeta_cli.render import Display, describe
from imgmeta_cli.steps import NEW, Apply, Prove, Push


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 80 columns that is none: lines, no colours."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")


def test_a_step_that_is_done_has_a_tick_and_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    display = Display()
    with display.step("build [red]the[/] image"):
        display.detail("Step 1/2")
        display.ladder(Standing(2))
        display.say("one line [/] more")
    out, err = capsys.readouterr()
    assert out == ""
    first, said, last = err.splitlines()
    assert first == "… build [red]the[/] image"
    assert said == "  one line [/] more"
    assert re.fullmatch(r"✓ build \[red\]the\[/\] image +0\.\d s", last)
    assert len(last) <= 80


def test_a_step_that_fails_has_a_cross_and_the_error_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    display = Display()
    with pytest.raises(ImgmetaError, match="gone"), display.step("push it"):
        raise ImgmetaError("gone")
    assert capsys.readouterr().err.splitlines()[-1].startswith("✗ push it")


def test_terraform_says_what_is_finished(capsys: pytest.CaptureFixture[str]) -> None:
    display = Display()
    address = 'module.ec2.aws_instance.slot["blue@3f9a"]'
    display.terraform(Progress("start", address, "create"))
    display.terraform(Progress("complete", address, "create", 31.0))
    display.terraform(Progress("complete", "data.aws_ami.debian", "read", 1.0))
    display.terraform(Progress("errored", address, "delete"))
    display.terraform(Change(address, "create"))
    assert capsys.readouterr().err.splitlines() == [
        f"  create {address}  31 s",
        f"  failed: delete {address}",
    ]


def test_a_plan_is_its_steps_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    steps = (Push("0.1.0-abc", "acme/imgmeta"), Apply("fill the blue slot", {"blue": NEW}, None))
    Display().plan(DeployPlan("first deploy", steps, notes=("it costs",)))
    shown = capsys.readouterr().err.splitlines()
    assert shown[0] == "Plan: first deploy"
    assert shown[1] == "  1. push it to acme/imgmeta:0.1.0-abc"
    assert shown[2].startswith("  2. fill the blue slot")
    assert shown[3] == "  note: it costs"
    assert describe(Prove("blue", NEW)) == "prove it at its own address"


def test_an_error_is_its_cause_and_its_fix_unbroken(capsys: pytest.CaptureFixture[str]) -> None:
    display = Display()
    display.error(ImgmetaError("long " * 40 + "[/]", "fix " * 40))
    display.error(ImgmetaError("short"))
    assert capsys.readouterr().err.splitlines() == [
        "error: " + "long " * 40 + "[/]",
        "  → " + "fix " * 40,
        "error: short",
    ]
