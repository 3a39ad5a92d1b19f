"""Progress, on standard error: a line a step with its time, and what moves now.

Results go to standard output (see show.py), so that a program can have them without this.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from imgmeta_cli.errors import ImgmetaError
from imgmeta_cli.events import Change, Event, Progress
from imgmeta_cli.plan import DeployPlan
from imgmeta_cli.readiness import RUNGS, Standing
from imgmeta_cli.steps import Push, Step

_SIGNS = {"create": "[green]+[/]", "update": "[yellow]~[/]", "delete": "[red]-[/]"}


class Display:
    """What a person sees while a plan runs: one line a step with its time, and what moves now."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        self._status: Status | None = None
        self._title = ""

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show `title` while it runs; then a tick or a cross and the seconds it took."""
        start = time.monotonic()
        self._title = title
        if not self.console.is_terminal:
            self.console.print(f"… {title}", markup=False)
        try:
            with self.console.status(escape(title)) as self._status:
                yield
        except BaseException:
            self._end("[red]✗[/]", title, start)
            raise
        finally:
            self._status = None
        self._end("[green]✓[/]", title, start)

    def say(self, text: str) -> None:
        """One line that stays."""
        self.console.print(f"  [dim]{escape(text)}[/]", soft_wrap=True)

    def log(self, lines: tuple[str, ...]) -> None:
        """Somebody else's last lines, set off from ours."""
        for line in lines:
            self.console.print(f"  [dim]|[/] {escape(line)}", soft_wrap=True)

    def detail(self, text: str) -> None:
        """What moves now; the next detail replaces it, and a log file never sees it."""
        if self._status is not None:
            room = max(20, self.console.width - len(self._title) - 8)
            shown = text if len(text) <= room else text[: room - 1] + "…"
            self._status.update(f"{escape(self._title)}  [dim]{escape(shown)}[/]")

    def terraform(self, event: Event) -> None:
        """Show a Terraform event: what is at work now, and each resource as it is finished."""
        match event:
            case Progress(action="read"):
                self.detail(f"read {event.address}")
            case Progress(phase="start" | "progress"):
                self.detail(f"{event.action} {event.address} {event.elapsed_s:.0f} s")
            case Progress(phase="complete"):
                self.say(f"{event.action} {event.address}  {event.elapsed_s:.0f} s")
            case Progress(phase="errored"):
                self.say(f"failed: {event.action} {event.address}")

    def ladder(self, standing: Standing) -> None:
        """Show how far the new instance has come."""
        climbed = " > ".join(RUNGS[: standing.climbed]) or "nothing yet"
        self.detail(climbed)

    def plan(self, plan: DeployPlan) -> None:
        """List the steps to come, and what should be known beside them."""
        self.console.print(f"[bold]Plan[/]: {escape(plan.reason)}")
        for number, step in enumerate(plan.steps, start=1):
            self.console.print(f"  {number}. {escape(describe(step))}")
        for note in plan.notes:
            self.say(f"note: {note}")

    def confirm(self, changes: tuple[Change, ...]) -> bool:
        """Show a plan's changes, a line a resource, and ask."""
        if self._status is not None:
            self._status.stop()
        for change in changes:
            sign = _SIGNS.get(change.action, "[yellow]±[/]")
            self.console.print(f"  {sign} {escape(change.address)}")
        answer = self.console.input("Apply this? \\[y/N] ")
        if self._status is not None:
            self._status.start()
        return answer.strip().lower() in ("y", "yes")

    def error(self, error: ImgmetaError) -> None:
        """The cause in one line, what to do below it."""
        self.console.print(f"[red bold]error[/]: {escape(error.message)}", soft_wrap=True)
        if error.hint:
            self.console.print(f"  [dim]→[/] {escape(error.hint)}", soft_wrap=True)

    def _end(self, sign: str, title: str, start: float) -> None:
        seconds = time.monotonic() - start
        width = min(self.console.width, 80) - 14
        self.console.print(f"{sign} {escape(title):<{width}} {seconds:8.1f} s")


def describe(step: Step) -> str:
    """One step in words, with what it works on."""
    if isinstance(step, Push):
        return f"{step.title} to {step.repository}:{step.tag}"
    return step.title
