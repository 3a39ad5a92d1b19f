"""The objects of the request log: their JSON, and whether a query wants one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from service.store.protocol import ImageResult, RequestQuery, RequestRecord
from service.store.times import parse_time


@dataclass(frozen=True)
class NamedResult:
    """A result that a request led to; the format is None where an older version logged it."""

    sha256: str
    format: str | None


@dataclass(frozen=True)
class LoggedRequest:
    """A request, and the results it led to."""

    record: RequestRecord
    results: tuple[NamedResult, ...]


def write_logged(request: RequestRecord, results: Iterable[ImageResult]) -> str:
    """Give the JSON text of a request's object."""
    named = [{"sha256": result.sha256, "format": result.format} for result in results]
    return json.dumps({**request.to_json(), "results": named})


def read_logged(text: str) -> LoggedRequest:
    """Read what `write_logged` wrote, or the version of the service before it."""
    found = json.loads(text)
    record = RequestRecord(
        received_at=parse_time(found["timestamp"]),
        client_ip=found["clientIp"],
        method=found["method"],
        path=found["path"],
        status=found["status"],
        size=found["bytes"],
        sha256=found["sha256"],
        duration_ms=found["durationMs"],
        request_id=found["requestId"],
    )
    if "results" in found:
        results = [NamedResult(each["sha256"], each["format"]) for each in found["results"]]
    else:
        # An image that could not be read has a SHA-256 too, but no result will be found for it.
        results = [NamedResult(record.sha256, None)] if record.sha256 else []
    return LoggedRequest(record, tuple(results))


def matches(record: RequestRecord, query: RequestQuery) -> bool:
    """Tell whether `query` wants `record`, beside its time."""
    pairs = (
        (query.client_ip, record.client_ip),
        (query.method, record.method),
        (query.path, record.path),
        (query.status, record.status),
        (query.sha256, record.sha256),
    )
    return all(wanted is None or wanted == found for wanted, found in pairs)
