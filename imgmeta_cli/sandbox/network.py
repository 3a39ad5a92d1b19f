"""The Docker bridge: its addresses, what is free on it, and which ports are."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgmeta_cli.errors import SandboxError

if TYPE_CHECKING:
    from docker import DockerClient

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Bridge:
    """The default Docker bridge: the host's address on it, and its network."""

    address: str
    network: ipaddress.IPv4Network


def read_bridge(client: DockerClient) -> Bridge:
    """The engine's default bridge; SandboxError if it is not on this machine."""
    config = (client.networks.get("bridge").attrs["IPAM"]["Config"] or [{}])[0]
    if "Subnet" not in config:
        raise SandboxError("the Docker Engine has no default bridge", "start it with a bridge")
    network = ipaddress.IPv4Network(config["Subnet"])
    address = config.get("Gateway") or str(next(network.hosts()))
    if not can_listen(address, 0):
        raise SandboxError(
            f"the Docker bridge {address} is not on this machine",
            "the sandbox needs an engine of this machine: unset DOCKER_HOST",
        )
    return Bridge(address, network)


def address_pool(network: ipaddress.IPv4Network) -> ipaddress.IPv4Network:
    """A part of the bridge's network for Elastic IPs, far from where Docker begins to allot.

    172.17.0.0/16 gives 172.17.200.0/24; a network smaller than a /22 gives its last quarter.
    """
    if network.prefixlen > 22:
        return list(network.subnets(prefixlen_diff=2))[-1]
    parts = list(network.subnets(new_prefix=max(24, network.prefixlen)))
    return parts[len(parts) * 200 // 256]


def free_port(wanted: int, *, hosts: Iterable[str]) -> int:
    """`wanted`, or the next port after it that is free on every one of `hosts`."""
    addresses = tuple(hosts)
    for port in range(wanted, wanted + 200):
        if all(can_listen(host, port) for host in addresses):
            return port
    raise SandboxError(f"no free port from {wanted} on", "end what listens there")


def can_listen(host: str, port: int) -> bool:
    """Whether `port` (0: any) of the address `host` can be listened on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True
