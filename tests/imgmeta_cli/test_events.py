"""Terraform's events; data/terraform-events.jsonl is what Terraform 1.11.4 said on three runs:
a plan, its apply, and an apply of which one resource failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from imgmeta_cli.events import Change, Diagnostic, EventLog, Progress, Summary, parse_event

SLOT = 'terraform_data.slot["blue"]'
SAID = Path(__file__).parent.joinpath("data", "terraform-events.jsonl").read_text().splitlines()


def test_reads_what_terraform_said() -> None:
    seen = [event for event in map(parse_event, SAID) if event is not None]
    assert seen == [
        Change(SLOT, "create"),
        Summary("plan", 1, 0, 0),
        Change(SLOT, "create"),
        Progress("start", SLOT, "create"),
        Progress("complete", SLOT, "create"),
        Summary("apply", 1, 0, 0),
        Change("terraform_data.bad", "create"),
        Change(SLOT, "update"),
        Summary("plan", 1, 1, 0),
        Progress("start", SLOT, "update"),
        Progress("start", "terraform_data.bad", "create"),
        Progress("complete", SLOT, "update"),
        Progress("errored", "terraform_data.bad", "create"),
        Diagnostic(
            "error",
            "local-exec provisioner error",
            "Error running command 'exit 3': exit status 3. Output: ",
            "terraform_data.bad",
        ),
    ]


def test_a_log_keeps_the_events_by_kind() -> None:
    log = EventLog()
    for line in SAID:
        log.add(parse_event(line))
    assert [change.action for change in log.changes] == ["create", "create", "create", "update"]
    assert [item.action for item in log.finished] == ["create", "update"]
    assert [error.address for error in log.errors] == ["terraform_data.bad"]
    assert str(log.summary) == "1 to add, 1 to change, 0 to destroy"


def test_a_warning_is_no_error() -> None:
    log = EventLog()
    log.add(Diagnostic("warning", "old syntax"))
    assert log.errors == []


@pytest.mark.parametrize(
    "line", ["", "no JSON", "{", "5", "[]", "null", "{}", '{"type": "unheard of"}']
)
def test_what_is_not_understood_is_left_out(line: str) -> None:
    assert parse_event(line) is None
