"""What the service keeps, and what any store of it can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.store.times import format_time


class StoreUnavailableError(Exception):
    """The store did not take or answer something; it may do so later."""


class StoreSetupError(Exception):
    """The store cannot be made ready as it is set up; the text says why."""


class InvalidCursorError(Exception):
    """A cursor that no page of this list has given."""


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
        """`received_at` as every store keeps it: ISO 8601 with milliseconds and ``Z``."""
        return format_time(self.received_at)

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
    """The metadata answered for an image: its JSON text under the image's SHA-256.

    `format` is the document's ``file.format``, so that a list can be filtered by it.
    """

    sha256: str
    format: str
    document: str


@dataclass(frozen=True, kw_only=True)
class RequestQuery:
    """Which requests are wanted: those to which every field applies that is not None.

    `since` is included, `until` is not; both have a time zone, and count to the millisecond.
    `cursor` is that of the page before, `limit` the most that a page may hold.
    """

    client_ip: str | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    sha256: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    cursor: str | None = None
    limit: int = 100


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """Some requests, newest first.

    A page may hold fewer than its limit, even none, where looking further would take too long:
    there are more as long as `cursor` is not None.
    """

    records: tuple[RequestRecord, ...]
    cursor: str | None


@dataclass(frozen=True, kw_only=True)
class ResultQuery:
    """Which results are wanted; see RequestQuery. The time is that of the last POST."""

    format: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    cursor: str | None = None
    limit: int = 100


@dataclass(frozen=True, kw_only=True)
class ListedResult:
    """A result and when its image was last posted, in UTC.

    `format` is None where a version of the service kept the result that did not note it.
    """

    sha256: str
    received_at: datetime
    format: str | None
    document: str


@dataclass(frozen=True, kw_only=True)
class ResultPage:
    """Some results, newest first, each once; see RequestPage."""

    results: tuple[ListedResult, ...]
    cursor: str | None


class Store(Protocol):
    """One place for the log of requests, the results and the documents.

    Safe to use from many threads and, once `prepare` has returned, from processes forked after it.
    Every method but `prepare` raises StoreUnavailableError when the store does not do its work
    within a few seconds, and works again by itself when the store does.
    """

    def prepare(self) -> None:
        """Make what has to be there before the first record; harmless when repeated.

        Raises StoreSetupError.
        """

    def check(self) -> None:
        """Return when the store takes records."""

    def record(self, request: RequestRecord, results: tuple[ImageResult, ...]) -> None:
        """Keep a request and the results it led to; a result known already is replaced.

        On return all of it survives the death of every process.
        """

    def find_result(self, sha256: str) -> str | None:
        """Give the document of the image with this SHA-256 (hexadecimal, lower case)."""

    def list_results(self, query: ResultQuery) -> ResultPage:
        """Give a page of results. Raises InvalidCursorError."""

    def list_requests(self, query: RequestQuery) -> RequestPage:
        """Give a page of the request log. Raises InvalidCursorError."""

    def find_document(self, name: str) -> str | None:
        """Give the JSON text of a document: the one put under `name`, else the built-in one."""

    def put_document(self, name: str, text: str) -> None:
        """Keep a JSON text as the document `name`. Raises ValueError for what is no name."""

    def expire(self, before: datetime) -> int:
        """Drop what was received before then; give the number of results and records dropped."""
