"""Who sent a request, over what, and under which id it is known."""

from __future__ import annotations

import re
import uuid
from functools import lru_cache
from ipaddress import ip_address

import falcon

_REQUEST_ID = re.compile(r"[0-9a-f]{32}")


def client_ip(request: falcon.Request) -> str:
    """Give the IP address of the client.

    nginx runs on this machine and sets X-Forwarded-For to the one address that it believes
    (service/nginxconf.py). So the header is believed from nginx alone; anyone else is taken for
    the address they come from.
    """
    if not is_from_nginx(request):
        return request.remote_addr
    forwarded = request.get_header("X-Forwarded-For") or ""
    return forwarded if _is_address(forwarded) else request.remote_addr


def is_private(request: falcon.Request) -> bool:
    """Tell whether a token may be sent this way: inside this machine, or over TLS.

    TLS ends at a trusted proxy, of which nginx passes on the word.
    """
    over_tls = is_from_nginx(request) and request.get_header("X-Forwarded-Proto") == "https"
    return over_tls or is_local(request)


def is_local(request: falcon.Request) -> bool:
    """Tell whether the client is on this machine."""
    return _is_loopback(client_ip(request))


def request_id(request: falcon.Request) -> str:
    """Give the id that nginx gave the request, or a new one: 32 hexadecimal digits."""
    given = request.get_header("X-Request-ID") or ""
    known = is_from_nginx(request) and _REQUEST_ID.fullmatch(given)
    return given if known else uuid.uuid4().hex


def is_from_nginx(request: falcon.Request) -> bool:
    """Tell whether nginx passed the request on: it runs on this machine and talks over loopback."""
    return _is_loopback(request.remote_addr)


# Both are asked several times of one address in each request, and cost 10 us each time.
@lru_cache(maxsize=1024)
def _is_loopback(text: str) -> bool:
    return _is_address(text) and ip_address(text).is_loopback


@lru_cache(maxsize=1024)
def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
