"""A Docker Engine: the one that answers, else one of our own below the sandbox's folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imgmeta_cli import process
from imgmeta_cli.errors import MissingToolError, SandboxError
from imgmeta_cli.sandbox import debian
from imgmeta_cli.sandbox.own_bridge import make_bridge, remove_bridge

if TYPE_CHECKING:
    from docker import DockerClient

DEFAULT_SOCKET = "unix:///var/run/docker.sock"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
# unix(7): 108 bytes with the closing zero. containerd's socket has the longest name below ours.
_LONGEST_SOCKET = 107
_CONTAINERD_SOCKET = "exec/containerd/containerd-debug.sock.ttrpc"


@dataclass(frozen=True)
class EngineFiles:
    """Where our own engine keeps its images (`data`) and, while it runs, its sockets (`run`)."""

    data: Path
    run: Path
    log: Path
    bridge: str

    @property
    def host(self) -> str:
        """Its address for DOCKER_HOST."""
        return f"unix://{self.run}/docker.sock"


def engine_files(home: Path) -> EngineFiles:
    """The engine's files; sockets go to a short path below /run where `home` is a long one.

    Each home has a bridge of its own name, so that two sandboxes do not take each other's.
    """
    folder = home.absolute() / "engine"
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()
    run = folder / "run"
    if len(os.fsencode(run / _CONTAINERD_SOCKET)) > _LONGEST_SOCKET:
        run = Path("/run") / f"imgmeta-{mark[:12]}"
    # An interface's name has at most 15 characters.
    bridge = f"imgmeta{mark[:6]}"
    return EngineFiles(data=folder / "data", run=run, log=folder / "dockerd.log", bridge=bridge)


def connect(host: str) -> DockerClient | None:
    """A client of the engine at `host`, or None if it does not answer."""
    from docker import DockerClient
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    try:
        client = DockerClient(base_url=host, timeout=120, version="auto")
        client.ping()
    except (DockerException, RequestException):
        return None
    return client


def find_host(environ: Mapping[str, str], *, files: EngineFiles) -> str | None:
    """The address of an engine that answers: DOCKER_HOST, the usual socket, our own."""
    wanted = environ.get("DOCKER_HOST")
    candidates = (wanted,) if wanted else (DEFAULT_SOCKET, files.host)
    return next((host for host in candidates if connect(host) is not None), None)


def start_own(files: EngineFiles, *, report: debian.Report) -> int:
    """Install docker.io if need be and start an engine of our own; returns its pid.

    Raises MissingToolError where that cannot be done: no root, no Debian.
    """
    if not debian.is_root_on_debian():
        raise MissingToolError(
            "no Docker Engine answers",
            "start Docker, or install it: https://docs.docker.com/engine/install/",
        )
    report("no Docker Engine answers: running one of our own, which the sandbox's machines need")
    debian.install(("dockerd", "ip", "iptables"), purpose="running containers", report=report)
    make_bridge(files.bridge)
    _write_configuration(files)
    command = [debian.program("dockerd"), "--config-file", str(files.run / "daemon.json")]
    env = {**os.environ, "PATH": debian.search_path()}
    pid = process.start_daemon(command, log=files.log, env=env)
    _wait_until_up(files, pid=pid)
    return pid


def stop_own(files: EngineFiles, *, pid: int) -> bool:
    """Stop our own engine and its network; its images stay. True if it was running."""
    ran = process.stop_daemon(pid, grace=STOP_TIMEOUT_S)
    remove_bridge(files.bridge)
    _unmount_below(files.data, files.run)
    shutil.rmtree(files.run, ignore_errors=True)
    return ran


def _write_configuration(files: EngineFiles) -> None:
    files.data.mkdir(parents=True, exist_ok=True)
    files.run.mkdir(parents=True, exist_ok=True, mode=0o711)
    # Docker inside an instance needs the kernel's key rings, which the stock profile withholds.
    profile = files.run / "seccomp.json"
    profile.write_text(json.dumps({"defaultAction": "SCMP_ACT_ALLOW"}))
    settings = {
        "bridge": files.bridge,
        "data-root": str(files.data),
        "exec-root": str(files.run / "exec"),
        "hosts": [files.host],
        "pidfile": str(files.run / "dockerd.pid"),
        "seccomp-profile": str(profile),
        "log-level": "warn",
    }
    (files.run / "daemon.json").write_text(json.dumps(settings))


def _wait_until_up(files: EngineFiles, *, pid: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while connect(files.host) is None:
        if not process.is_running(pid) or time.monotonic() > deadline:
            process.stop_daemon(pid, grace=STOP_TIMEOUT_S)
            last = files.log.read_text(errors="replace").strip().splitlines()[-1:]
            raise SandboxError(f"dockerd did not start: {''.join(last)}", f"see {files.log}")
        time.sleep(0.2)


def _unmount_below(*folders: Path) -> None:
    points = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for point in reversed(points):
        if any(Path(point).is_relative_to(folder) for folder in folders):
            process.run(["umount", point])
