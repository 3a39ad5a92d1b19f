"""What the service keeps, and what any store of it can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class StoreUnavailableError(Exception):
    """The store did not take or answer something; it may do so later."""


class StoreSetupError(Exception):
    """The store cannot be made ready as it is set up; the text says why."""


@dataclass(frozen=True, kw_only=True)
class RequestRecord:
    """One POST, as it was answered.

    `received_at` is in UTC. `size` counts bytes: those of the image that was read, else those that
    the request declared, else it is None. `sha256` is that of the image in hexadecimal, None
    when no image was read. `duration_ms` runs from the first look at the request to its record.
    """

    received_at: datetime
    client_ip: str
    method: str
    path: str
    status: int
    size: int | None
    sha256: str | None
    duration_ms: float
    request_id: str

    @property
    def timestamp(self) -> str:
        """`received_at` as ISO 8601 with milliseconds and ``Z``."""
        return self.received_at.strftime("%Y-%m-%dT%H:%M:%S.") + (
            f"{self.received_at.microsecond // 1000:03}Z"
        )

    def to_json(self) -> dict[str, str | int | float | None]:
        """Give the record as a JSON object with camelCase keys; every key is always there."""
        return {
            "timestamp": self.timestamp,
            "clientIp": self.client_ip,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "bytes": self.size,
            "sha256": self.sha256,
            "durationMs": self.duration_ms,
            "requestId": self.request_id,
        }


@dataclass(frozen=True, kw_only=True)
class ImageResult:
    """The metadata answered for an image: its JSON text under the image's SHA-256."""

    sha256: str
    document: str


class Store(Protocol):
    """One place for the log of requests and the results.

    Safe to use from many threads and, once `prepare` has returned, from processes forked after it.
    """

    def prepare(self) -> None:
        """Make what has to be there before the first record; harmless when repeated.

        Raises StoreSetupError.
        """

    def record(self, request: RequestRecord, result: ImageResult | None) -> None:
        """Keep a request and the result it led to; a result known already is replaced.

        On return both survive the death of every process. Raises StoreUnavailableError.
        """

    def check(self) -> None:
        """Return when the store answers. Raises StoreUnavailableError when it does not."""
