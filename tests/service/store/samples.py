"""Records that the tests of the stores share."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime, timedelta

from service.store.protocol import ImageResult, RequestRecord

RECEIVED_AT = datetime(2026, 3, 1, 23, 59, 59, 999_900, tzinfo=UTC)


def make_record(
    number: int = 0,
    *,
    sha256: str | None = "ab" * 32,
    client_ip: str = "203.0.113.9",
    method: str = "POST",
    path: str = "/api/ümages\n",
    status: int = 200,
) -> RequestRecord:
    """A request that came `number` seconds after the first."""
    return RequestRecord(
        received_at=RECEIVED_AT + timedelta(seconds=number),
        client_ip=client_ip,
        method=method,
        path=path,
        status=status,
        size=None if sha256 is None else 1234,
        sha256=sha256,
        duration_ms=1.25,
        request_id=uuid.uuid4().hex,
    )


def make_result(width: int = 7, *, sha256: str = "ab" * 32, kind: str = "JPEG") -> ImageResult:
    document = json.dumps({"file": {"format": kind}, "image": {"width": width}})
    return ImageResult(sha256=sha256, format=kind, document=document)


def sha_of(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()
