"""What the environment says, checked once at the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from service import settingvalues as values
from service.settingvalues import ApiKey, Network
from service.store.location import StoreLocation, parse_store_url

T = TypeVar("T")

DEFAULT_STORE_URL = "sqlite:////var/lib/imgmeta/imgmeta.db"
DEFAULT_MAX_BODY = 25 * 1024 * 1024
DEFAULT_KEEP_DAYS = 90
DEFAULT_RATE_PER_IP = 100
# A body is held in memory, one a thread.
_MAX_BODY = values.read_number(1, 256 * 1024 * 1024, "bytes")
_KEEP_DAYS = values.read_number(1, 36_500, "days")
_RATE = values.read_number(0, 100_000, "requests a second")


class SettingsError(Exception):
    """A setting is wrong; the text names it and says what it must be, not what it is.

    A store's URL may carry a password, and the text goes to the log.
    """

    def __init__(self, name: str, must_be: str) -> None:
        super().__init__(f"{name} is wrong: it must be {must_be}")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be chosen. `max_body` is the largest image in bytes.

    A rate is in requests a second; 0 is no limit. Without `api_keys` everybody may post.
    """

    store: StoreLocation
    store_sync_full: bool = False
    max_body: int = DEFAULT_MAX_BODY
    image_digest: str | None = None
    keep_days: int = DEFAULT_KEEP_DAYS
    redact: bool = False
    api_keys: tuple[ApiKey, ...] = ()
    admin_token_sha256: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    rate_per_ip: int = DEFAULT_RATE_PER_IP
    rate_per_key: int = 0
    cors_origins: tuple[str, ...] = ()

    @property
    def max_request(self) -> int:
        """The largest request body in bytes: an image and the multipart form around it."""
        return self.max_body + 64 * 1024


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables; an empty one counts as absent.

    ``IMGMETA_STORE_URL``           ``sqlite:////absolute/path``,
                                    ``postgresql+psycopg://user:password@host/database`` or
                                    ``s3://bucket/prefix``
    ``IMGMETA_STORE_SYNC``          ``full``: with SQLite, a record also survives a loss of power;
                                    ``normal``, as when absent: the death of every process
    ``IMGMETA_MAX_BODY``            the largest image in bytes, 25 MiB when absent
    ``IMGMETA_KEEP_DAYS``           how long results and records are kept, 90 when absent; in S3
                                    the bucket's lifecycle rule decides
    ``IMGMETA_REDACT``              ``1``: positions and serial numbers are neither answered nor
                                    kept; ``0``, as when absent: they are
    ``IMGMETA_API_KEYS``            ``name:sha256,…``: who may post and read results, by the SHA-256
                                    of each key in hexadecimal; everybody when absent
    ``IMGMETA_ADMIN_TOKEN_SHA256``  the SHA-256 of the token that opens the lists, in hexadecimal;
                                    nobody when absent
    ``IMGMETA_TRUSTED_PROXIES``     ``address,network/bits,…``: whose X-Forwarded-For and
                                    X-Forwarded-Proto are believed; nobody's when absent
    ``IMGMETA_RATE_PER_IP``         requests a second from one address, with bursts of twice that;
                                    100 when absent, 0 for no limit
    ``IMGMETA_RATE_PER_KEY``        the same for one API key; no limit when absent
    ``IMGMETA_CORS_ORIGINS``        ``https://one.example,…`` or ``*``: whose pages may call; those
                                    of no other origin when absent
    ``IMGMETA_IMAGE_DIGEST``        ``sha256:`` and 64 hexadecimal digits; what /ready reports

    Raises SettingsError.
    """

    def read(name: str, convert: Callable[[str], T], default: str = "") -> T:
        try:
            return convert(environment.get(name) or default)
        except ValueError as error:
            raise SettingsError(name, str(error)) from None

    return Settings(
        store=read("IMGMETA_STORE_URL", parse_store_url, DEFAULT_STORE_URL),
        store_sync_full=read("IMGMETA_STORE_SYNC", values.read_sync, "normal"),
        max_body=read("IMGMETA_MAX_BODY", _MAX_BODY, str(DEFAULT_MAX_BODY)),
        image_digest=read("IMGMETA_IMAGE_DIGEST", values.read_digest),
        keep_days=read("IMGMETA_KEEP_DAYS", _KEEP_DAYS, str(DEFAULT_KEEP_DAYS)),
        redact=read("IMGMETA_REDACT", values.read_switch, "0"),
        api_keys=read("IMGMETA_API_KEYS", values.read_keys),
        admin_token_sha256=read("IMGMETA_ADMIN_TOKEN_SHA256", values.read_sha256),
        trusted_proxies=read("IMGMETA_TRUSTED_PROXIES", values.read_networks),
        rate_per_ip=read("IMGMETA_RATE_PER_IP", _RATE, str(DEFAULT_RATE_PER_IP)),
        rate_per_key=read("IMGMETA_RATE_PER_KEY", _RATE, "0"),
        cors_origins=read("IMGMETA_CORS_ORIGINS", values.read_origins),
    )
