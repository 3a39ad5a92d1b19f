"""The short reader of command lines says what Typer says, or leaves the line to it."""

from __future__ import annotations

from typing import Any

import pytest
import typer.main

from imgmeta_cli import commands
from imgmeta_cli.errors import UsageError
from imgmeta_cli.inspect_options import (
    SWITCHES,
    VALUES,
    InspectOptions,
    make_options,
    read_plain_line,
)
from tests.imgmeta_cli.helpers import imgmeta

GROUP: Any = typer.main.get_command(commands.app)
INSPECT = GROUP.commands["inspect"]


def test_both_readers_know_the_same_options() -> None:
    options = [each for each in INSPECT.params if each.name != "files"]
    switches = {name: each.name for each in options for name in each.opts if each.is_flag}
    values = {name: each.name for each in options for name in each.opts if not each.is_flag}
    assert (switches, values) == (SWITCHES, VALUES)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a.jpg", {}),
        ("-", {"files": ("-",)}),
        ("a.jpg -r --json", {"recursive": True, "output": "json"}),
        ("--format csv a.jpg", {"output": "csv"}),
        ("--format=csv a.jpg --hash --redact", {"output": "csv", "sha256": True, "redact": True}),
        ("a.jpg -j 3", {"jobs": 3}),
        ("--jobs=2 -- a.jpg", {"jobs": 2}),
        ("--summary a.jpg --report x.html", {"summary": True, "report": "x.html"}),
        ("--fields image.width,location a.jpg", {"fields": ("image.width", "location")}),
    ],
)
def test_plain_lines(line: str, expected: dict[str, Any]) -> None:
    options = read_plain_line(line.split())
    assert options == InspectOptions(**{"files": ("a.jpg",), **expected})
    assert options == make_options(**INSPECT.make_context("inspect", line.split()).params)


@pytest.mark.parametrize(
    "line",
    ["", "--help", "--json", "a.jpg --colour", "a.jpg --jobs", "a.jpg --jobs 0", "a.jpg --jobs x",
     "a.jpg -j3", "-rj 2 a.jpg", "a.jpg --format=", "a.jpg --json=yes", "a.jpg --report --help"],
)  # fmt: skip
def test_the_rest_is_left_to_typer(line: str) -> None:
    assert read_plain_line(line.split()) is None


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--format", "xml"], "--format 'xml'"),
        (["--format", "csv", "--json"], "--json and --format csv"),
        (["--summary", "--format", "csv"], "--summary has no form as csv"),
        (["--summary", "--fields", "image"], "--summary and --fields"),
        (["--jobs", "0"], "--jobs"),
        (["--jobs", "many"], "--jobs"),
        (["--colour"], "--colour"),
    ],
)
def test_mistakes_are_64(args: list[str], words: str) -> None:
    run = imgmeta("inspect", "a.jpg", *args)
    assert (run.code, run.out) == (UsageError.exit_code, "")
    cause, fix = run.err.splitlines()
    assert words in cause
    assert fix.startswith("  → ")


def test_rare_spellings_work_as_well(tmp_path: Any) -> None:
    run = imgmeta("inspect", "-rj1", "--json", str(tmp_path))
    assert (run.code, run.json) == (0, [])


def test_a_file_whose_name_begins_with_a_dash() -> None:
    run = imgmeta("inspect", "--", "--json")
    assert run.err == "error: --json: there is no such file; check the path\n"


def test_options_from_typer_are_checked_alike() -> None:
    with pytest.raises(UsageError, match="--format 'xml' is unknown"):
        make_options(files=["a.jpg"], output="xml")
