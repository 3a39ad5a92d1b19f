"""What a query asks for, checked: each reader raises ValueError, which completes "it must be …"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TypeVar

import falcon

T = TypeVar("T")

LARGEST_PAGE = 500
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FORMAT = re.compile(r"[A-Za-z0-9 -]{1,16}")
_STATUS = re.compile(r"[1-5][0-9]{2}")
_METHOD = re.compile(r"[A-Z]{1,16}")
_PATH = re.compile(r"/[^\x00-\x1f\x7f]{0,2000}")


class Parameters:
    """The query of a request, of which each parameter is read by its name, once."""

    def __init__(self, request: falcon.Request, *, known: tuple[str, ...]) -> None:
        """Raise falcon.HTTPBadRequest where the query has others than those `known`."""
        self._params = request.params
        unknown = sorted(self._params.keys() - set(known))
        if unknown:
            names = ", ".join(known) or "none"
            raise falcon.HTTPBadRequest(
                description=f"A query parameter is unknown; there are: {names}."
            )

    def read(self, name: str, convert: Callable[[str], T]) -> T | None:
        """Give a parameter, None where it is not there.

        Raises falcon.HTTPBadRequest where it stands twice or `convert` raises ValueError.
        """
        value = self._params.get(name)
        if value is None:
            return None
        if isinstance(value, list):
            raise falcon.HTTPBadRequest(description=f"{name} stands in the query twice.")
        try:
            return convert(value)
        except ValueError as error:
            raise falcon.HTTPBadRequest(description=f"{name} must be {error}.") from None


def read_time(text: str) -> datetime:
    """Read a time of RFC 3339, or a date, which begins at midnight UTC."""
    must_be = "a time such as 2026-01-31T12:00:00Z, or a date"
    # A query turns the plus sign of an offset into a space.
    try:
        time = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise ValueError(must_be) from None
    if time.tzinfo is None and len(text) > len("2026-01-31"):
        raise ValueError(f"{must_be}, with its time zone")
    try:
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError(must_be) from None


def read_limit(text: str) -> int:
    """Read the most that a page may hold."""
    if text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= LARGEST_PAGE:
        return int(text)
    raise ValueError(f"a number from 1 to {LARGEST_PAGE}")


def read_status(text: str) -> int:
    """Read an HTTP status."""
    if _STATUS.fullmatch(text):
        return int(text)
    raise ValueError("a status from 100 to 599")


def read_address(text: str) -> str:
    """Read an IP address; give it as records have it."""
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError("an IP address") from None


def read_sha256(text: str) -> str:
    """Read a SHA-256."""
    return _match(_SHA256, text, "64 hexadecimal digits, in lower case")


def read_format(text: str) -> str:
    """Read the name of an image format."""
    return _match(_FORMAT, text, "the name of a format, such as JPEG")


def read_method(text: str) -> str:
    """Read an HTTP method."""
    return _match(_METHOD, text, "a method, such as POST")


def read_path(text: str) -> str:
    """Read the path of a request."""
    return _match(_PATH, text, "a path that begins with /")


def _match(pattern: re.Pattern[str], text: str, must_be: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(must_be)
    return text
