"""Terraform's JSON event stream, read into values.

The messages are those of "Machine-Readable UI" in Terraform's documentation, format version 1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Change:
    """What a plan will do to one resource: its address and the action."""

    address: str
    action: str


@dataclass(frozen=True)
class Progress:
    """One resource at work. `phase` is start, progress, complete or errored."""

    phase: str
    address: str
    action: str
    elapsed_s: float = 0.0


@dataclass(frozen=True)
class Diagnostic:
    """An error or a warning, with the resource it is about where Terraform names one."""

    severity: str
    summary: str
    detail: str = ""
    address: str = ""


@dataclass(frozen=True)
class Summary:
    """The counts at the end of a plan or an apply; `operation` is plan, apply or destroy."""

    operation: str
    add: int
    change: int
    remove: int

    def __str__(self) -> str:
        """The words that Terraform itself uses."""
        return f"{self.add} to add, {self.change} to change, {self.remove} to destroy"


Event = Change | Progress | Diagnostic | Summary


@dataclass
class EventLog:
    """The events of one run, kept by kind as they come."""

    changes: list[Change] = field(default_factory=list)
    finished: list[Progress] = field(default_factory=list)
    errors: list[Diagnostic] = field(default_factory=list)
    summary: Summary | None = None

    def add(self, event: Event | None) -> None:
        """File one event; progress that is not an end, and warnings, are not kept."""
        match event:
            case Change():
                self.changes.append(event)
            case Progress(phase="complete"):
                self.finished.append(event)
            case Diagnostic(severity="error"):
                self.errors.append(event)
            case Summary():
                self.summary = event


def parse_event(line: str) -> Event | None:
    """Read one line of the stream; None for what we do not use, and for what is no JSON at all."""
    try:
        message = json.loads(line)
    except ValueError:
        return None
    if not isinstance(message, dict):
        return None
    try:
        return _parse_message(message)
    except KeyError:  # a message of a later format: progress may be missed, the exit code is not
        return None


def _parse_message(message: dict[str, Any]) -> Event | None:
    kind = message.get("type", "")
    if kind == "planned_change":
        change = message["change"]
        return Change(change["resource"]["addr"], change["action"])
    if kind == "diagnostic":
        found = message["diagnostic"]
        return Diagnostic(
            found["severity"], found["summary"], found.get("detail", ""), found.get("address", "")
        )
    if kind == "change_summary":
        counts = message["changes"]
        return Summary(counts["operation"], counts["add"], counts["change"], counts["remove"])
    if kind.startswith("apply_"):
        hook = message["hook"]
        address, seconds = hook["resource"]["addr"], float(hook.get("elapsed_seconds", 0))
        return Progress(kind.removeprefix("apply_"), address, hook["action"], seconds)
    return None
