"""No connection leaves this machine while IMGMETA_TEST_LOOPBACK is set; Python imports this first.

An audit hook (PEP 578) cannot be taken back by the code under test. Python processes that a test
starts find this module by PYTHONPATH.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import Any

SWITCH = "IMGMETA_TEST_LOOPBACK"


def _is_here(host: object) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if SWITCH in os.environ and not _is_here(host):
        raise PermissionError(f"a test tried to reach {host!r}")


sys.addaudithook(_watch)
