"""From the text of a setting to its value; ValueError completes the words "it must be …"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

_SHA256 = re.compile(r"[0-9a-f]{64}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
# As browsers write it, so that it can be compared as text.
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?|\*")


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """Who may post: a name, and the SHA-256 of the key in hexadecimal."""

    name: str
    sha256: str


def read_number(least: int, most: int, unit: str) -> Callable[[str], int]:
    """Give a reader of whole numbers from `least` to `most`."""

    def read(text: str) -> int:
        # isascii: int() would also take other scripts' digits.
        if text.isascii() and text.isdecimal() and least <= int(text) <= most:
            return int(text)
        raise ValueError(f"a number of {unit} from {least} to {most}")

    return read


def read_switch(text: str) -> bool:
    """Read ``1`` or ``0``."""
    if text not in ("0", "1"):
        raise ValueError("1 or 0")
    return text == "1"


def read_sync(text: str) -> bool:
    """Read ``full`` or ``normal``; tell whether it is full."""
    if text not in ("full", "normal"):
        raise ValueError("full or normal")
    return text == "full"


def read_digest(text: str) -> str | None:
    """Read an image digest, None where the text is empty."""
    if text and not _DIGEST.fullmatch(text):
        raise ValueError("sha256: and 64 hexadecimal digits")
    return text or None


def read_sha256(text: str) -> str | None:
    """Read a hash, None where the text is empty."""
    if text and not _SHA256.fullmatch(text):
        raise ValueError("a SHA-256: 64 hexadecimal digits, in lower case")
    return text or None


def read_keys(text: str) -> tuple[ApiKey, ...]:
    """Read ``name:sha256,…``; a name may have several keys, so that one can be exchanged."""
    return tuple(_read_key(item) for item in _items(text))


def _read_key(item: str) -> ApiKey:
    name, _, sha256 = item.partition(":")
    if not _KEY_NAME.fullmatch(name) or not _SHA256.fullmatch(sha256):
        raise ValueError(
            "name:sha256, separated by commas; a name has letters, digits and . _ -, "
            "and a SHA-256 has 64 hexadecimal digits, in lower case"
        )
    return ApiKey(name=name, sha256=sha256)


def read_networks(text: str) -> tuple[Network, ...]:
    """Read addresses and networks in CIDR notation (RFC 4632, section 3.1)."""
    try:
        return tuple(ip_network(item) for item in _items(text))
    except ValueError:
        must_be = "addresses or networks such as 10.0.0.0/8, separated by commas"
        raise ValueError(must_be) from None


def read_origins(text: str) -> tuple[str, ...]:
    """Read web origins (RFC 6454, section 6.2) or ``*``."""
    origins = tuple(_items(text))
    if not all(_ORIGIN.fullmatch(origin) for origin in origins):
        raise ValueError("origins such as https://photos.example, separated by commas, or *")
    return origins


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",")] if text else []
