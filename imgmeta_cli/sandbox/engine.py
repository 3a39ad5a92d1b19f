"""A Docker Engine: the one that answers, else one of our own below the sandbox's folder."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imgmeta_cli import process
from imgmeta_cli.errors import MissingToolError, SandboxError
from imgmeta_cli.sandbox import debian

if TYPE_CHECKING:
    from docker import DockerClient

DEFAULT_SOCKET = "unix:///var/run/docker.sock"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
# unix(7): 108 bytes with the closing zero. containerd's socket has the longest name below ours.
_LONGEST_SOCKET = 107
_CONTAINERD_SOCKET = "exec/containerd/containerd-debug.sock.ttrpc"
_NETWORKS = ("172.30.0.0/16", "172.29.0.0/16", "10.213.0.0/16", "192.168.240.0/20")


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
    _make_bridge(files.bridge)
    _write_configuration(files)
    command = [debian.program("dockerd"), "--config-file", str(files.run / "daemon.json")]
    env = {**os.environ, "PATH": debian.search_path()}
    pid = process.start_daemon(command, log=files.log, env=env)
    _wait_until_up(files, pid=pid)
    return pid


def stop_own(files: EngineFiles, *, pid: int) -> bool:
    """Stop our own engine and its network; its images stay. True if it was running."""
    ran = process.stop_daemon(pid, grace=STOP_TIMEOUT_S)
    process.run([debian.program("ip"), "link", "delete", files.bridge])
    _remove_rules(files.bridge)
    _unmount_below(files.data, files.run)
    shutil.rmtree(files.run, ignore_errors=True)
    return ran


def free_network(used: Iterable[str]) -> ipaddress.IPv4Network:
    """The first of our candidates that meets none of the networks in use."""
    taken = [ipaddress.IPv4Network(u, strict=False) for u in used]
    for text in _NETWORKS:
        candidate = ipaddress.IPv4Network(text)
        if not any(candidate.overlaps(network) for network in taken):
            return candidate
    raise SandboxError(
        f"all of {', '.join(_NETWORKS)} are in use here", "set DOCKER_HOST to an engine of yours"
    )


def hardware_address(network: ipaddress.IPv4Network) -> str:
    """A fixed address for the bridge, locally administered.

    A bridge without one takes that of a port, and changes it when a container goes: what the others
    then send goes nowhere until they ask again.
    """
    return ":".join(f"{byte:02x}" for byte in (0x02, 0x42, *network.network_address.packed))


def _make_bridge(name: str) -> None:
    """A bridge of our own, so that a second engine's docker0 is left alone."""
    ip = debian.program("ip")
    routes = json.loads(process.run([ip, "-json", "-4", "route"]).stdout or "[]")
    used = [r["dst"] for r in routes if r["dst"] != "default" and r.get("dev") != name]
    network = free_network(used)
    address = f"{next(network.hosts())}/{network.prefixlen}"
    process.run([ip, "link", "delete", name])
    for arguments in (
        ("link", "add", name, "address", hardware_address(network), "type", "bridge"),
        ("address", "add", address, "dev", name),
        ("link", "set", name, "up"),
    ):
        done = process.run([ip, *arguments])
        if done.returncode:
            raise SandboxError(
                f"cannot make the bridge {name}: {done.stderr.strip()}",
                "the sandbox needs root with CAP_NET_ADMIN",
            )


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


def _remove_rules(bridge: str) -> None:
    """Delete the packet filter's rules that name our bridge or its network."""
    iptables = debian.program("iptables")
    for table in ("filter", "nat"):
        listing = process.run([iptables, "--wait", "-t", table, "-S"]).stdout
        for line in listing.splitlines():
            if bridge in line.split() and line.startswith("-A "):
                process.run([iptables, "--wait", "-t", table, "-D", *line.split()[1:]])


def _unmount_below(*folders: Path) -> None:
    points = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for point in reversed(points):
        if any(Path(point).is_relative_to(folder) for folder in folders):
            process.run(["umount", point])
