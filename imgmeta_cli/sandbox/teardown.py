"""What of the sandbox runs, and how each part is ended."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING

from imgmeta_cli.sandbox import daemons, engine, services
from imgmeta_cli.sandbox.state import State

if TYPE_CHECKING:
    from docker import DockerClient


def emulator_is_well(state: State) -> bool:
    """Whether the emulator lives and answers."""
    if state.emulator_port is None or not daemons.is_alive(state.emulator):
        return False
    return services.answers(services.health_url(state.emulator_port))


def instance_containers(client: DockerClient, state: State) -> list[str]:
    """The ids of the containers behind the emulator's instances."""
    label = f"ministack.instance={platform.node()}:{state.emulator_port}"
    found = client.containers.list(all=True, filters={"label": label})
    return [str(container.id) for container in found]


def stop_emulator(state: State) -> list[str]:
    """End the emulator, its instances and its address translations; what was ended, in words."""
    if state.emulator_port is None:
        return []
    client = engine.connect(state.docker_host) if state.docker_host else None
    containers = [] if client is None else instance_containers(client, state)
    removed = ["the emulator"] if daemons.end(state.emulator) else []
    services.remove_translations(state.emulator_port)
    if client is not None:
        for left in instance_containers(client, state):
            client.containers.get(left).remove(force=True, v=True)
        client.close()
    return [*(f"instance container {c[:12]}" for c in containers), *removed]


def stop_registry(state: State) -> list[str]:
    """End docker-registry and nginx; what was ended, in words."""
    parts = (("nginx", state.front), ("the registry", state.registry))
    return [name for name, daemon in parts if daemons.end(daemon)]


def stop_engine(home: Path, state: State) -> list[str]:
    """End the engine if it is our own; what was ended, in words."""
    if state.engine is None or not daemons.is_alive(state.engine):
        return []
    engine.stop_own(engine.engine_files(home), pid=state.engine.pid)
    return ["the Docker Engine of the sandbox"]
