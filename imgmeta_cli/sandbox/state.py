"""What the sandbox remembers between commands, and the lock that keeps two starts apart."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from imgmeta_cli.sandbox.daemons import Daemon

FILE = "sandbox.json"


@dataclass(frozen=True)
class State:
    """The running parts; None where a part does not run or was not ours to start."""

    docker_host: str | None = None
    bridge: str | None = None
    emulator_port: int | None = None
    registry_port: int | None = None
    machine_image: str | None = None
    engine: Daemon | None = None
    registry: Daemon | None = None
    front: Daemon | None = None
    emulator: Daemon | None = None


_DAEMONS = ("engine", "registry", "front", "emulator")


def read_state(home: Path) -> State:
    """The state below `home`; an empty one where there is none or it cannot be read."""
    try:
        values: dict[str, Any] = json.loads((home / FILE).read_text())
        daemons = {n: Daemon(**values[n]) if values[n] else None for n in _DAEMONS}
        return State(**{**values, **daemons})
    except (OSError, ValueError, TypeError, KeyError):
        return State()


def write_state(home: Path, state: State) -> None:
    """Replace the state below `home` in one step."""
    replacement = home / f"{FILE}.new"
    replacement.write_text(json.dumps(asdict(state), indent=2) + "\n")
    replacement.replace(home / FILE)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the sandbox's lock; a second start or stop waits for the first."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
