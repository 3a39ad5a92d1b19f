"""What the launcher is told on its command line."""

from __future__ import annotations

import argparse
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Settings:
    """Where to listen and what stands behind an instance.

    `bridge` is the host's address on the Docker bridge, or None for a control plane without
    containers. Elastic IPs are allotted from `address_pool`; they are translated to instances
    only where there is a bridge.
    """

    port: int
    address_pool: ipaddress.IPv4Network
    bridge: str | None = None
    machine_image: str | None = None

    @property
    def binds(self) -> list[str]:
        """The addresses to listen on: loopback, and the bridge where there is one."""
        hosts = [LOOPBACK] if self.bridge is None else [LOOPBACK, self.bridge]
        return [f"{host}:{self.port}" for host in hosts]


def parse_settings(arguments: Sequence[str]) -> Settings:
    """Read the launcher's command line; exits with 2 on a wrong one, as argparse does."""
    parser = argparse.ArgumentParser(prog="emulator", description="imgmeta's embedded AWS")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--address-pool", type=ipaddress.IPv4Network, required=True)
    parser.add_argument("--bridge")
    parser.add_argument("--machine-image")
    return Settings(**vars(parser.parse_args(arguments)))
