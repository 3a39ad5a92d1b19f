"""The image, built and pushed: by a deploy's steps, and by `imgmeta build` and `imgmeta push`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imgmeta_cli import image
from imgmeta_cli.bundle import find_bundle, read_version
from imgmeta_cli.config import DeployConfig
from imgmeta_cli.facts import choose_repository, read_source
from imgmeta_cli.render import Display
from imgmeta_cli.repository import parse_repository
from imgmeta_cli.steps import Build, Push

if TYPE_CHECKING:
    from docker import DockerClient


def build(config: DeployConfig, *, display: Display) -> str:
    """Build the image here and return its name and tag."""
    return _build(_read_steps(config)[0], client=image.connect(), display=display)


def push(config: DeployConfig, *, display: Display) -> str:
    """Build and push the image; return its name and digest."""
    building, pushing = _read_steps(config)
    client = image.connect()
    _build(building, client=client, display=display)
    with display.step(f"push to {pushing.repository}"):
        return push_image(pushing, client=client, display=display)


def build_image(step: Build, *, client: DockerClient, bundle: Path, display: Display) -> str:
    """Build what `step` says from `bundle`, and return its name and tag."""
    name = f"{step.repository}:{step.tag}"
    image.build(
        client,
        bundle,
        tag=name,
        version=read_version(),
        source_hash=step.source_hash,
        report=display.detail,
    )
    return name


def push_image(step: Push, *, client: DockerClient, display: Display) -> str:
    """Push what `step` says and return its name and digest."""
    repository = parse_repository(step.repository)
    return repository.at(image.push(client, repository, step.tag, report=display.detail))


def _read_steps(config: DeployConfig) -> tuple[Build, Push]:
    source_hash, tag = read_source(find_bundle())
    name = str(choose_repository(config))
    return Build(tag, name, source_hash), Push(tag, name)


def _build(step: Build, *, client: DockerClient, display: Display) -> str:
    with display.step(f"build {step.repository}:{step.tag}"):
        return build_image(step, client=client, bundle=find_bundle(), display=display)
