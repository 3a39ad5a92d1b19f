"""What the environment says, checked once at the start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from service.store.location import StoreLocation, parse_store_url

DEFAULT_STORE_URL = "sqlite:////var/lib/imgmeta/imgmeta.db"
DEFAULT_MAX_BODY = 25 * 1024 * 1024
# A body is held in memory, one a thread.
_LARGEST_MAX_BODY = 256 * 1024 * 1024
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class SettingsError(Exception):
    """A setting is wrong; the text names it and says what it must be, not what it is.

    A store's URL may carry a password, and the text goes to the log.
    """

    def __init__(self, name: str, must_be: str) -> None:
        super().__init__(f"{name} is wrong: it must be {must_be}")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be chosen. `max_body` is the largest image in bytes."""

    store: StoreLocation
    max_body: int = DEFAULT_MAX_BODY
    image_digest: str | None = None

    @property
    def max_request(self) -> int:
        """The largest request body in bytes: an image and the multipart form around it."""
        return self.max_body + 64 * 1024


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables; an empty one counts as absent.

    ``IMGMETA_STORE_URL``     ``sqlite:////absolute/path`` or ``s3://bucket/prefix``
    ``IMGMETA_MAX_BODY``      the largest image in bytes, 25 MiB when absent
    ``IMGMETA_IMAGE_DIGEST``  ``sha256:`` and 64 hexadecimal digits; what /ready reports

    Raises SettingsError.
    """
    return Settings(
        store=_read_store(environment.get("IMGMETA_STORE_URL") or DEFAULT_STORE_URL),
        max_body=_read_max_body(environment.get("IMGMETA_MAX_BODY") or str(DEFAULT_MAX_BODY)),
        image_digest=_read_digest(environment.get("IMGMETA_IMAGE_DIGEST") or None),
    )


def _read_store(url: str) -> StoreLocation:
    try:
        return parse_store_url(url)
    except ValueError as error:
        raise SettingsError("IMGMETA_STORE_URL", str(error)) from None


def _read_max_body(text: str) -> int:
    # isascii: int() would also take other scripts' digits.
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if not 1 <= number <= _LARGEST_MAX_BODY:
        must_be = f"a number of bytes from 1 to {_LARGEST_MAX_BODY}"
        raise SettingsError("IMGMETA_MAX_BODY", must_be)
    return number


def _read_digest(text: str | None) -> str | None:
    if text is not None and not _DIGEST.fullmatch(text):
        raise SettingsError("IMGMETA_IMAGE_DIGEST", "sha256: and 64 hexadecimal digits")
    return text
