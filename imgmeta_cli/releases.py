"""What this machine remembers of a deployment: its id, its releases, and the journal of steps.

HOME/deployments/ACCOUNT/REGION/NAME/
    deployment.json     id, name, account, region
    id_ed25519[.pub]    the key pair
    admin_token         what opens the lists of the service
    releases.jsonl      one line a release, written only when the deploy has succeeded
    journal.jsonl       one line before and one after each step
    logs/               consoles saved from slots that failed
    terraform.tfstate   Terraform's state
    terraform/          the HCL that runs; made anew each time
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from imgmeta_cli.errors import StateError

T = TypeVar("T")


@dataclass(frozen=True)
class Deployment:
    """What names a deployment for ever: a random id beside the name people chose."""

    id: str
    name: str
    account: str
    region: str

    @property
    def label(self) -> str:
        """The name of its bucket, key pair and role in AWS."""
        return f"imgmeta-{self.name}-{self.id}"


@dataclass(frozen=True)
class Release:
    """A version that proved itself: what runs, where, since when (UTC)."""

    time: str
    version: str
    image: str
    source_hash: str
    slot: str
    address: str
    bucket: str

    @property
    def url(self) -> str:
        """Where the service answers; 8888 is nginx's port in the image."""
        return f"http://{self.address}:8888"


@dataclass(frozen=True)
class Entry:
    """One line of the journal; `outcome` is started, done or failed."""

    time: str
    step: str
    outcome: str
    detail: str = ""


@dataclass(frozen=True)
class Record:
    """The folder of one deployment, and the reading and writing of what is in it."""

    folder: Path

    @property
    def key(self) -> Path:
        """The private key's file."""
        return self.folder / "id_ed25519"

    @property
    def token(self) -> Path:
        """The admin token's file."""
        return self.folder / "admin_token"

    def read_deployment(self) -> Deployment | None:
        """The deployment that was begun here, or None."""
        path = self.folder / "deployment.json"
        if not path.exists():
            return None
        try:
            return Deployment(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise StateError(f"{path} is damaged: {error}", "restore it from a backup") from error

    def write_deployment(self, deployment: Deployment) -> None:
        """Remember `deployment`; made whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = self.folder / "deployment.json.new"
        new.write_text(json.dumps(asdict(deployment), indent=2) + "\n")
        new.replace(self.folder / "deployment.json")

    def read_releases(self) -> tuple[Release, ...]:
        """Every release, oldest first."""
        return _read_lines(self.folder / "releases.jsonl", lambda line: Release(**line))

    def add_release(self, release: Release) -> None:
        """Record a release that has proved itself."""
        _append(self.folder / "releases.jsonl", asdict(release))

    def read_journal(self) -> tuple[Entry, ...]:
        """Every step begun or ended, oldest first."""
        return _read_lines(self.folder / "journal.jsonl", lambda line: Entry(**line))

    def note(self, step: str, outcome: str, detail: str = "") -> None:
        """Write one line of the journal; on disk when this returns."""
        _append(self.folder / "journal.jsonl", asdict(Entry(now(), step, outcome, detail)))

    def read_fingerprints(self) -> dict[str, str]:
        """What each slot's instance was made with, by slot."""
        path = self.folder / "slots.jsonl"
        return dict(_read_lines(path, lambda line: (str(line["slot"]), str(line["fingerprint"]))))

    def note_fingerprint(self, slot: str, fingerprint: str) -> None:
        """Remember what the instance in `slot` is about to be made with."""
        _append(self.folder / "slots.jsonl", {"slot": slot, "fingerprint": fingerprint})

    def save_console(self, slot: str, console: str) -> Path:
        """Keep the console of a slot that is about to be emptied."""
        path = self.folder / "logs" / f"{now().replace(':', '')}-{slot}-console.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(console)
        return path

    def forget(self) -> None:
        """Remove the folder: nothing of this deployment is left anywhere."""
        shutil.rmtree(self.folder)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the deployment; raises StateError where another imgmeta on this machine does.

        The kernel frees the lock with the process, so that a crash leaves none behind.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StateError(
                    f"another imgmeta is at work on {self.folder.name}", "wait until it has ended"
                ) from error
            yield


def find_record(home: Path, *, account: str, region: str, name: str) -> Record:
    """Where the deployment `name` of this account and region is remembered, or would be."""
    return Record(home / "deployments" / account / region / name)


def now() -> str:
    """The time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _append(path: Path, value: dict[str, Any]) -> None:
    """Add a line; what a crash or a full disk left of the last one goes first."""
    with path.open("a+b") as file:
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
        file.write(json.dumps(value).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _read_lines(path: Path, read: Callable[[Any], T]) -> tuple[T, ...]:
    """The lines of a journal; a last one cut off by a crash is no line."""
    if not path.exists():
        return ()
    found: list[T] = []
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
        try:
            found.append(read(json.loads(line)))
        except (ValueError, TypeError, KeyError) as error:
            raise StateError(f"{path}:{number} is damaged", "mend or remove it") from error
    return tuple(found)
