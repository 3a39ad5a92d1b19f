"""Starts, describes and stops the embedded AWS."""

from __future__ import annotations

import os
import platform
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from imgmeta_cli.errors import MissingToolError
from imgmeta_cli.sandbox import daemons, debian, engine, registry, services
from imgmeta_cli.sandbox.base_image import REPOSITORY, TAG, ensure_base_image
from imgmeta_cli.sandbox.debian import Report
from imgmeta_cli.sandbox.environment import ensure_environment
from imgmeta_cli.sandbox.machine_image import choose_flags, ensure_machine_image
from imgmeta_cli.sandbox.network import LOOPBACK, Bridge, free_port, read_bridge
from imgmeta_cli.sandbox.profiles import Sandbox, write_profiles
from imgmeta_cli.sandbox.state import State, locked, read_state, write_state
from imgmeta_cli.sandbox.teardown import (
    emulator_is_well,
    instance_containers,
    stop_emulator,
    stop_engine,
    stop_registry,
)

if TYPE_CHECKING:
    from docker import DockerClient


@dataclass(frozen=True)
class SandboxStatus:
    """Whether the sandbox runs, part by part."""

    running: bool
    engine: bool
    registry: bool
    emulator: bool
    endpoint_url: str | None
    repository: str | None
    docker_host: str | None
    instances: int


def start(home: Path, *, report: Report) -> Sandbox:
    """Start what does not run yet below `home`, and return the running sandbox.

    What runs already is left alone; a part that died is started again. The first start installs
    packages and builds images, which takes minutes; a later one takes seconds.
    Raises MissingToolError where the machine cannot run it, SandboxError where a part fails.
    """
    home = home.absolute()
    _require_linux_root()
    with locked(home):
        state = _with_engine(home, read_state(home), report=report)
        write_state(home, state)
        client = engine.connect(state.docker_host or "")
        if client is None:
            raise MissingToolError("the Docker Engine stopped answering", "start it again")
        with closing(client):
            bridge = read_bridge(client)
            state = _with_registry(home, state, bridge=bridge, report=report)
            write_state(home, state)
            state = _with_emulator(home, state, client=client, bridge=bridge, report=report)
            write_state(home, state)
    return _describe(home, state)


def status(home: Path) -> SandboxStatus:
    """What runs below `home` now; it starts nothing and asks for no rights."""
    state = read_state(home.absolute())
    emulator = emulator_is_well(state)
    front = daemons.is_alive(state.registry) and daemons.is_alive(state.front)
    client = engine.connect(state.docker_host) if state.docker_host else None
    instances = 0 if client is None else len(instance_containers(client, state))
    if client is not None:
        client.close()
    running = emulator and front and client is not None
    known = _describe(home.absolute(), state) if running else None
    return SandboxStatus(
        running=running,
        engine=client is not None,
        registry=front,
        emulator=emulator,
        endpoint_url=known.endpoint_url if known else None,
        repository=known.repository if known else None,
        docker_host=state.docker_host,
        instances=instances,
    )


def find(home: Path) -> Sandbox | None:
    """The sandbox that runs below `home`, whole; None otherwise."""
    return _describe(home.absolute(), read_state(home.absolute())) if status(home).running else None


def stop(home: Path, *, report: Report) -> tuple[str, ...]:
    """Stop everything that was started below `home`; returns what was removed, in words.

    Kept for a quick next start: the virtual environment, the machine image, the registry's images.
    """
    home = home.absolute()
    with locked(home):
        state = read_state(home)
        removed = [*stop_emulator(state), *stop_registry(state), *stop_engine(home, state)]
        write_state(home, State(registry_port=state.registry_port))
    for line in removed:
        report(f"stopped {line}")
    return tuple(removed)


def _require_linux_root() -> None:
    if platform.system() != "Linux" or not debian.is_root_on_debian():
        raise MissingToolError(
            "the sandbox needs root on Debian: it runs machines and moves addresses between them",
            "run it as root on Debian 12, or deploy to an AWS account with --profile",
        )


def _with_engine(home: Path, state: State, *, report: Report) -> State:
    files = engine.engine_files(home)
    host = engine.find_host(os.environ, files=files)
    if host is not None:
        return replace(state, docker_host=host)
    started = daemons.identify(engine.start_own(files, report=report))
    return replace(state, docker_host=files.host, engine=started)


def _with_registry(home: Path, state: State, *, bridge: Bridge, report: Report) -> State:
    same = state.bridge == bridge.address
    if same and daemons.is_alive(state.registry) and daemons.is_alive(state.front):
        return state
    stop_registry(state)
    debian.install(
        ("docker-registry", "nginx"), purpose="a registry to push to and pull from", report=report
    )
    report("starting the registry")
    run = services.start_registry(home, bridge=bridge, port=state.registry_port)
    password = registry.RegistryFiles(home / "registry").password.read_text()
    name = f"localhost:{run.port}"
    registry.write_login(home / "docker", registry=name, password=password)
    return replace(
        state, bridge=bridge.address, registry=run.backend, front=run.front, registry_port=run.port
    )


def _with_emulator(
    home: Path, state: State, *, client: DockerClient, bridge: Bridge, report: Report
) -> State:
    if emulator_is_well(state):
        return state  # even if it is of an older version: what is deployed lives in it
    stop_emulator(state)
    ensure_base_image(client, report=report)
    base_id = str(client.images.get(f"{REPOSITORY}:{TAG}").id)
    image = ensure_machine_image(client, base_id=base_id, report=report)
    tools = ("iptables", "conntrack")
    debian.install(tools, purpose="translating Elastic IPs", report=report)
    python = ensure_environment(home / "emulator" / "venv", report=report)
    binds = (LOOPBACK, bridge.address)
    port = free_port(state.emulator_port or services.EMULATOR_PORT, hosts=binds)
    gateway, pulls = f"{bridge.address}:{port}", f"{bridge.address}:{state.registry_port}"
    flags = choose_flags(client, image=image, gateway=gateway, registry=pulls)
    docker = {"DOCKER_HOST": state.docker_host or "", "EC2_DOCKER_FLAGS": flags}
    report("starting the emulator")
    emulator = services.start_emulator(
        home, python=python, bridge=bridge, port=port, image=image, docker=docker
    )
    write_profiles(home / "aws", endpoint_url=f"http://{LOOPBACK}:{port}")
    return replace(state, emulator=emulator, emulator_port=port, machine_image=image)


def _describe(home: Path, state: State) -> Sandbox:
    return Sandbox(
        home=home,
        endpoint_url=f"http://{LOOPBACK}:{state.emulator_port}",
        registry=f"localhost:{state.registry_port}",
        docker_host=state.docker_host or "",
    )
