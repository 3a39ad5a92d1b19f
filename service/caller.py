"""Who sent a request, and under which id it is known."""

from __future__ import annotations

import re
import uuid
from ipaddress import ip_address

import falcon

_REQUEST_ID = re.compile(r"[0-9a-f]{32}")


def client_ip(request: falcon.Request) -> str:
    """Give the IP address of the client.

    nginx runs on this machine and sets X-Forwarded-For to the address that connected to it. So the
    header is believed from loopback alone; anyone else is taken for the address they come from.
    """
    if not _from_proxy(request):
        return request.remote_addr
    forwarded = request.get_header("X-Forwarded-For") or ""
    return forwarded if _is_address(forwarded) else request.remote_addr


def request_id(request: falcon.Request) -> str:
    """Give the id that nginx gave the request, or a new one: 32 hexadecimal digits."""
    given = request.get_header("X-Request-ID") or ""
    known = _from_proxy(request) and _REQUEST_ID.fullmatch(given)
    return given if known else uuid.uuid4().hex


def _from_proxy(request: falcon.Request) -> bool:
    peer = request.remote_addr
    return _is_address(peer) and ip_address(peer).is_loopback


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
