"""Image repository names, as the Docker reference grammar has them (no tag, no digest)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from imgmeta_cli.errors import UsageError

DOCKERHUB = "docker.io"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_HOST = re.compile(r"(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+(?::\d{1,5})?")


@dataclass(frozen=True)
class Repository:
    """A place images are pushed to: a registry host and a path such as `acme/imgmeta`."""

    host: str
    path: str

    def __str__(self) -> str:
        """The name as people type it: DockerHub's host is left out."""
        return self.path if self.host == DOCKERHUB else f"{self.host}/{self.path}"

    def at(self, digest: str) -> str:
        """The reference of one image for ever: `acme/imgmeta@sha256:…`."""
        return f"{self}@{digest}"


def parse_repository(text: str) -> Repository:
    """Read `acme/imgmeta` (DockerHub) or `registry.example.com:5000/acme/imgmeta`.

    Raises UsageError for a tag, a digest, capitals, or a DockerHub name without its owner.
    """
    first, _, rest = text.partition("/")
    is_host = bool(rest) and (first == "localhost" or "." in first or ":" in first)
    host, path = (first, rest) if is_host else (DOCKERHUB, text)
    if not _HOST.fullmatch(host) or not _PATH.fullmatch(path):
        raise UsageError(
            f"{text!r} is no repository name",
            "use lower case and no tag, such as --repository acme/imgmeta",
        )
    if host == DOCKERHUB and path.count("/") != 1:
        raise UsageError(
            f"{text!r} is no DockerHub repository",
            f"put your DockerHub name before it, such as --repository YOU/{path.split('/')[-1]}",
        )
    return Repository(host, path)
