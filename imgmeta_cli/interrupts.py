"""Ctrl-C while a child runs: the child's group hears it once, and we hear it too."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType


@dataclass
class Relay:
    """Passes the first interrupt on to a child's group, also one from before it started."""

    heard: bool = False
    _child: int | None = None
    _passed_on: bool = False

    def attach(self, pid: int) -> None:
        """Name the child, which leads its own group."""
        self._child = pid
        self._pass_on()

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Be the handler of a signal."""
        del number, frame
        self.heard = True
        self._pass_on()

    def _pass_on(self) -> None:
        if self.heard and self._child is not None and not self._passed_on:
            self._passed_on = True
            signal_group(self._child, signal.SIGINT)


@contextmanager
def relayed_interrupt() -> Iterator[Relay]:
    """Hear Ctrl-C from before the child starts until it has ended; only the first reaches it."""
    relay = Relay()
    if threading.current_thread() is not threading.main_thread():
        yield relay
        return
    previous = {
        number: signal.signal(number, relay.hear) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield relay
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def signal_group(pid: int, number: int) -> None:
    """Send a signal to the group that `pid` leads; one that has gone is no error."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
