"""Elastic IPs as the address translation that they are in AWS.

An instance never sees its Elastic IP: the network translates it, one to one. Here the kernel does,
in a chain of our own in the host's nat table. The chain is replaced in one transaction, and a
connection that is open keeps the instance it began with, so a moving address loses no request.
The addresses lie in the Docker bridge's own network, so nothing can leave this machine.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

_HOOKS = ("PREROUTING", "OUTPUT")


def chain_name(port: int) -> str:
    """The chain of the emulator that listens on `port`."""
    return f"IMGMETA-{port}"


def render_chain(port: int, *, targets: Mapping[str, str]) -> str:
    """`iptables-restore` input that makes `targets` (Elastic IP to instance) the whole chain."""
    chain = chain_name(port)
    rules = (
        f"-A {chain} -d {address}/32 -j DNAT --to-destination {instance}"
        for address, instance in sorted(targets.items())
    )
    return "\n".join(("*nat", f":{chain} - [0:0]", *rules, "COMMIT", ""))


def hook_commands(port: int, *, verb: str) -> tuple[tuple[str, ...], ...]:
    """Commands that check (`-C`), add (`-A`) or delete (`-D`) the jumps into the chain."""
    return tuple(
        ("iptables", "--wait", "-t", "nat", verb, hook, "-j", chain_name(port)) for hook in _HOOKS
    )


def removal_commands(port: int) -> tuple[tuple[str, ...], ...]:
    """Commands that leave nothing of the chain behind; each may fail where it is gone already."""
    chain = chain_name(port)
    drop = (
        ("iptables", "--wait", "-t", "nat", "-F", chain),
        ("iptables", "--wait", "-t", "nat", "-X", chain),
    )
    return (*hook_commands(port, verb="-D"), *drop)


class Translator:
    """Keeps the kernel's translations equal to the emulator's associations."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._hooked = False

    def replace(self, targets: Mapping[str, str]) -> None:
        """Make `targets` (Elastic IP to instance address) all that is translated."""
        _run(
            ("iptables-restore", "--noflush", "--wait"),
            text=render_chain(self._port, targets=targets),
        )
        if not self._hooked:
            for check, add in zip(
                hook_commands(self._port, verb="-C"),
                hook_commands(self._port, verb="-A"),
                strict=True,
            ):
                if _run(check, tolerant=True) != 0:
                    _run(add)
            self._hooked = True

    def forget(self, addresses: Sequence[str]) -> None:
        """Drop the connections that `addresses` answered, or were meant to answer.

        They are those of instances that are gone, or an Elastic IP that was asked before it was
        translated. Else a client that uses a port again is led to where nothing answers.
        """
        for address in addresses:
            _run(("conntrack", "--delete", "--reply-src", address), tolerant=True)

    def remove(self) -> None:
        """Take every translation down."""
        for command in removal_commands(self._port):
            _run(command, tolerant=True)
        self._hooked = False


def _run(command: Sequence[str], *, text: str = "", tolerant: bool = False) -> int:
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    if done.returncode != 0 and not tolerant:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()}")
    return done.returncode
