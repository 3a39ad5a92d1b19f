"""The Docker image: building it, pushing it, and the digest it has."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgmeta_cli.errors import BuildError, MissingToolError, RegistryError
from imgmeta_cli.repository import Repository

if TYPE_CHECKING:
    from docker import DockerClient

PLATFORM = "linux/amd64"
SOURCE_LABEL = "imgmeta.source"


def connect() -> DockerClient:
    """A client of the Docker Engine that answers.

    Raises MissingToolError where none does, RegistryError for a damaged file of logins.
    """
    import docker
    from docker.errors import DockerException

    try:
        with _reading_logins():
            client = docker.from_env(timeout=600)
        client.ping()
    except DockerException as error:
        where = os.environ.get("DOCKER_HOST") or "its usual socket"
        raise MissingToolError(
            f"no Docker Engine answers at {where}",
            "start Docker, or point DOCKER_HOST at an engine",
        ) from error
    return client


def build(
    client: DockerClient,
    bundle: Path,
    *,
    tag: str,
    version: str,
    source_hash: str,
    report: Callable[[str], None],
) -> str:
    """Build the image for linux/amd64, tag it, and return its id.

    The network is the builder's own, so that a build sees the same package index as its machine.
    Raises BuildError with the last words of the step that failed.
    """
    from docker.errors import APIError, DockerException

    options: dict[str, Any] = {
        "path": str(bundle),
        "tag": tag,
        "platform": PLATFORM,
        "network_mode": "host",
        "buildargs": {"VERSION": version},
        "labels": {SOURCE_LABEL: source_hash},
        "rm": True,
        "forcerm": True,
        "decode": True,
    }
    try:
        _read_build(client.api.build(**options), report)
        return str(client.images.get(tag).id)
    except (APIError, DockerException, OSError) as error:
        raise BuildError(f"the image could not be built: {_plain(error)}", _BUILD_HINT) from error


def push(
    client: DockerClient, repository: Repository, tag: str, *, report: Callable[[str], None]
) -> str:
    """Push one tag and return the digest that the registry gave it.

    docker-py raises nothing when the registry says no: the stream is where it says so.
    Raises RegistryError with the registry's words.
    """
    from docker.errors import APIError

    try:
        events = client.api.push(str(repository), tag=tag, stream=True, decode=True)
        return _read_push(events, repository, report)
    except APIError as error:
        raise _push_error(repository, _plain(error)) from error


def read_public_digest(client: DockerClient, repository: Repository, reference: str) -> str | None:
    """The digest that `reference` (a tag or a digest) has for somebody without credentials.

    None where the registry shows such a person nothing: not pushed yet, or private.
    Raises RegistryError if the registry cannot be reached.
    """
    from docker.errors import APIError

    mark = "@" if reference.startswith("sha256:") else ":"
    name = f"{repository}{mark}{reference}"
    try:
        answer = client.api.inspect_distribution(name, auth_config={"auth": ""})  # type: ignore[no-untyped-call]
    except APIError as error:
        text = _plain(error)
        if any(word in text.lower() for word in _HIDDEN):
            return None
        raise RegistryError(
            f"the registry of {repository} cannot be asked: {text}",
            "check the network and the name",
        ) from error
    return str(answer["Descriptor"]["digest"])


def require_public(client: DockerClient, repository: Repository, digest: str) -> None:
    """Make sure an instance can pull `digest`; raises RegistryError for a private repository."""
    if read_public_digest(client, repository, digest) is None:
        raise RegistryError(
            f"{repository} is private: an instance pulls without credentials and would be refused",
            "make the repository public, or name a public one with --repository",
        )


def read_registry_user(host: str) -> str | None:
    """The name that `docker login` left for `host`; None if nobody has logged in.

    Raises RegistryError for a damaged file of logins.
    """
    from docker import auth
    from docker.errors import DockerException

    try:
        with _reading_logins():
            found = auth.load_config().resolve_authconfig(None if host == "docker.io" else host)
    except DockerException:
        return None
    return (found or {}).get("Username") or (found or {}).get("username")


_BUILD_HINT = "see the lines above; the base image and the package index must be reachable"
_HIDDEN = (
    "unauthorized",
    "denied",
    "manifest unknown",
    "not found",
    "no basic auth",
    "name unknown",
)


@contextmanager
def _reading_logins() -> Iterator[None]:
    """docker-py takes the shape of Docker's config.json for granted."""
    try:
        yield
    except (AttributeError, TypeError, ValueError) as error:
        raise RegistryError(
            f"Docker's config.json is damaged: {error}", "mend or remove it (~/.docker/config.json)"
        ) from error


def _read_build(events: Iterable[dict[str, Any]], report: Callable[[str], None]) -> None:
    last = ""
    for event in events:
        if "errorDetail" in event:
            reason = event["errorDetail"].get("message", event.get("error", ""))
            raise BuildError(f"the image could not be built: {reason.strip()}", last or _BUILD_HINT)
        for line in str(event.get("stream", "")).splitlines():
            if line.strip():
                last = line.strip()
                report(last)


def _read_push(
    events: Iterable[dict[str, Any]], repository: Repository, report: Callable[[str], None]
) -> str:
    digest = ""
    for event in events:
        if "errorDetail" in event:
            raise _push_error(repository, str(event["errorDetail"].get("message", "")))
        digest = event.get("aux", {}).get("Digest", digest)
        if "id" in event:
            report(f"{event['id']} {event.get('status', '')} {event.get('progress', '')}".strip())
    if not digest:
        raise RegistryError(f"{repository} gave no digest for the push", "push again")
    return digest


def _push_error(repository: Repository, text: str) -> RegistryError:
    words = text.strip().lower()
    host = "" if repository.host == "docker.io" else f" {repository.host}"
    if any(word in words for word in ("unauthorized", "denied", "no basic auth", "authentication")):
        return RegistryError(
            f"{repository} refused the push: {text.strip()}",
            f"log in as its owner: docker login{host}",
        )
    return RegistryError(f"the push to {repository} failed: {text.strip()}", "push again")


def _plain(error: Exception) -> str:
    """The engine's own words, without the HTTP status and URL that docker-py wraps around them."""
    explanation = getattr(error, "explanation", None)
    return " ".join(str(explanation or error).split())
