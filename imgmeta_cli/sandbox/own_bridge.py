"""The bridge of our own engine: a network that nothing else here uses, and no trace of it after."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable

from imgmeta_cli import process
from imgmeta_cli.errors import SandboxError
from imgmeta_cli.sandbox import debian

_NETWORKS = ("172.30.0.0/16", "172.29.0.0/16", "10.213.0.0/16", "192.168.240.0/20")


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


def make_bridge(name: str) -> None:
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


def remove_bridge(name: str) -> None:
    """Delete the bridge `name` and the packet filter's rules for it; either may be gone already."""
    process.run([debian.program("ip"), "link", "delete", name])
    _remove_rules(name)


def _remove_rules(bridge: str) -> None:
    """Delete the packet filter's rules that Docker made for the bridge."""
    iptables = debian.program("iptables")
    for table in ("filter", "nat"):
        listing = process.run([iptables, "--wait", "-t", table, "-S"]).stdout
        for line in listing.splitlines():
            if bridge in line.split() and line.startswith("-A "):
                process.run([iptables, "--wait", "-t", table, "-D", *line.split()[1:]])
