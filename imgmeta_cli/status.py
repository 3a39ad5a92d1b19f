"""What `imgmeta status` finds: the local record, and whether the service answers."""

from __future__ import annotations

from dataclasses import dataclass

from imgmeta_cli.config import DeployConfig
from imgmeta_cli.facts import open_target, require_deployment
from imgmeta_cli.readiness import fetch_ready
from imgmeta_cli.releases import Deployment, Entry, Release


@dataclass(frozen=True)
class Status:
    """What is deployed, whether it answers now, and a step that was begun but never ended.

    `token` is the admin token's file, if it is there.
    """

    deployment: Deployment
    release: Release | None
    health: str
    unfinished: Entry | None
    token: str | None


def read_status(config: DeployConfig) -> Status:
    """Read the local record, and ask the service whether it answers."""
    target = open_target(config)
    deployment = require_deployment(config, target)
    releases = target.record.read_releases()
    journal = target.record.read_journal()
    last = journal[-1] if journal else None
    unfinished = last if last is not None and last.outcome != "done" else None
    release = releases[-1] if releases else None
    token = str(target.record.token) if target.record.token.exists() else None
    return Status(deployment, release, _read_health(release), unfinished, token)


def _read_health(release: Release | None) -> str:
    if release is None:
        return "nothing deployed yet"
    answer = fetch_ready(release.address)
    if answer.status == 0:
        return "no answer"
    if answer.status != 200:
        return f"answers, but is not ready (HTTP {answer.status})"
    right = answer.digest == release.image.partition("@")[2]
    return "ready" if right else f"ready, but runs {answer.digest}"
