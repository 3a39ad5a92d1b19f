"""The registry and the emulator: started, seen to answer, and stopped."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from imgmeta_cli import process
from imgmeta_cli.errors import SandboxError
from imgmeta_cli.sandbox import daemons, debian, registry
from imgmeta_cli.sandbox.daemons import Daemon
from imgmeta_cli.sandbox.emulator.translation import removal_commands
from imgmeta_cli.sandbox.network import LOOPBACK, Bridge, address_pool, free_port

EMULATOR_PORT = 4566
REGISTRY_PORT = 5000
START_TIMEOUT_S = 60.0
# Isolated (-I), so that nothing of ours and no PYTHON* variable reaches it or its functions.
_LAUNCH = "import sys; sys.path.append({folder!r}); from emulator.launcher import main; main()"


@dataclass(frozen=True)
class RunningRegistry:
    """docker-registry, nginx in front of it, and the port to use."""

    backend: Daemon
    front: Daemon
    port: int


def start_registry(home: Path, *, bridge: Bridge, port: int | None) -> RunningRegistry:
    """Start docker-registry and nginx; `port` is the one that was used before, if any."""
    binds = (LOOPBACK, bridge.address)
    backend_port = free_port(REGISTRY_PORT + 1000, hosts=(LOOPBACK,))
    ports = registry.Ports(free_port(port or REGISTRY_PORT, hosts=binds), backend_port)
    files = registry.RegistryFiles(home / "registry")
    registry.write_files(files, binds=binds, ports=ports)
    serve = [debian.program("docker-registry"), "serve", str(files.config)]
    backend = daemons.launch(serve, log=files.folder / "registry.log")
    nginx = [debian.program("nginx"), "-e", str(files.folder / "nginx-error.log")]
    front = daemons.launch([*nginx, "-c", str(files.nginx)], log=files.folder / "nginx.log")
    running = RunningRegistry(backend, front, ports.front)
    _wait_until(f"http://{LOOPBACK}:{ports.backend}/v2/", parts=(backend,), log=files.folder)
    _wait_until(f"http://{LOOPBACK}:{ports.front}/token", parts=(front, backend), log=files.folder)
    return running


def start_emulator(
    home: Path, *, python: Path, bridge: Bridge, port: int, image: str, docker: dict[str, str]
) -> Daemon:
    """Start the emulator; `docker` is the environment that its containers need."""
    folder = home / "emulator"
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    command = [*launch_command(python), "--port", str(port), "--bridge", bridge.address]
    command += ["--address-pool", str(address_pool(bridge.network)), "--machine-image", image]
    env = {
        "PATH": debian.search_path(),
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
        **docker,
    }
    emulator = daemons.launch(command, log=folder / "emulator.log", env=env)
    _wait_until(health_url(port), parts=(emulator,), log=folder)
    return emulator


def launch_command(python: Path) -> list[str]:
    """The emulator's argv, to be followed by its options; `python` is its environment's own."""
    return [str(python), "-I", "-c", _LAUNCH.format(folder=str(Path(__file__).parent))]


def remove_translations(port: int) -> None:
    """Take down what a dead emulator may have left in the host's nat table."""
    for command in removal_commands(port):
        process.run([debian.program(command[0]), *command[1:]])


def health_url(port: int) -> str:
    """Where the emulator on `port` says that it is well."""
    return f"http://{LOOPBACK}:{port}/_ministack/health"


def answers(url: str) -> bool:
    """Whether `url` answers 200 at once; no proxy is asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _wait_until(url: str, *, parts: tuple[Daemon, ...], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not answers(url):
        if not all(daemons.is_alive(part) for part in parts) or time.monotonic() > deadline:
            for part in parts:
                daemons.end(part)
            raise SandboxError(f"nothing answers at {url}", f"see the logs in {os.fspath(log)}")
        time.sleep(0.1)
