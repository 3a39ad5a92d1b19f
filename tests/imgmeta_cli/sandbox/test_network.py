"""The bridge's arithmetic and free ports."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from imgmeta_cli.errors import SandboxError
from imgmeta_cli.sandbox.network import LOOPBACK, address_pool, can_listen, free_port
from imgmeta_cli.sandbox.own_bridge import free_network, hardware_address


@pytest.mark.parametrize(
    ("network", "pool"),
    [
        ("172.17.0.0/16", "172.17.200.0/24"),
        ("192.168.240.0/20", "192.168.252.0/24"),
        ("192.0.2.0/24", "192.0.2.192/26"),
    ],
)
def test_the_pool_lies_far_in_the_bridges_network(network: str, pool: str) -> None:
    assert str(address_pool(ipaddress.IPv4Network(network))) == pool


def test_a_taken_port_is_passed_over() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        assert not can_listen(LOOPBACK, port)
        assert free_port(port, hosts=(LOOPBACK,)) > port
    assert free_port(port, hosts=(LOOPBACK,)) == port


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    assert not can_listen("192.0.2.77", 0)


def test_our_bridge_avoids_the_networks_in_use() -> None:
    assert str(free_network([])) == "172.30.0.0/16"
    assert str(free_network(["172.30.4.0/24"])) == "172.29.0.0/16"
    assert str(free_network(["172.16.0.0/12", "10.0.0.0/8"])) == "192.168.240.0/20"
    with pytest.raises(SandboxError):
        free_network(["0.0.0.0/0"])


def test_the_bridges_hardware_address_is_its_own_and_stays() -> None:
    network = ipaddress.IPv4Network("172.30.0.0/16")
    assert hardware_address(network) == "02:42:ac:1e:00:00"
