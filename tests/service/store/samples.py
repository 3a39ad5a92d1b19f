"""Records that the tests of the stores share."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

from service.store.protocol import ImageResult, RequestRecord

RECEIVED_AT = datetime(2026, 3, 1, 23, 59, 59, 999_900, tzinfo=UTC)


def make_record(number: int = 0, *, sha256: str | None = "ab" * 32) -> RequestRecord:
    return RequestRecord(
        received_at=RECEIVED_AT + timedelta(seconds=number),
        client_ip="203.0.113.9",
        method="POST",
        path="/api/ümages\n",
        status=200,
        size=None if sha256 is None else 1234,
        sha256=sha256,
        duration_ms=1.25,
        request_id=uuid.uuid4().hex,
    )


def make_result(width: int = 7) -> ImageResult:
    document = json.dumps({"image": {"width": width}})
    return ImageResult(sha256="ab" * 32, format="jpeg", document=document)
