"""The middleware that records every POST before it is answered."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import falcon

from service.bodyfile import Body, open_body
from service.caller import client_ip, request_id
from service.store.protocol import RequestRecord, Store


class RequestLog:
    """Gives each request an id and its body, and each POST a record, whatever became of it."""

    def __init__(self, store: Store, *, max_request: int, body_folder: Path) -> None:
        self._store = store
        self._max_request = max_request
        self._body_folder = body_folder

    def process_request(self, request: falcon.Request, response: falcon.Response) -> None:
        """Note when the request came, open its body; answer its id as X-Request-ID."""
        context = request.context
        context.received_at = datetime.now(UTC)
        context.started = time.perf_counter()
        context.request_id = request_id(request)
        # What a resource may fill in: the one image's length and SHA-256, the results.
        context.image_size = None
        context.image_sha256 = None
        context.results = []
        response.set_header("X-Request-ID", context.request_id)
        context.body = Body(request.bounded_stream, request.content_length)
        context.body = open_body(request, folder=self._body_folder)

    def process_response(
        self,
        request: falcon.Request,
        response: falcon.Response,
        _resource: object,
        _succeeded: bool,
    ) -> None:
        """Record a POST. Raises StoreUnavailableError, which turns the answer into a 503."""
        request.context.body.close()
        discard_body(request, limit=self._max_request)
        if request.method == "POST":
            record = describe(request, response.status_code)
            self._store.record(record, tuple(request.context.results))


def describe(request: falcon.Request, status: int) -> RequestRecord:
    """Give the record of a request that is about to be answered with `status`."""
    context = request.context
    return RequestRecord(
        received_at=context.received_at,
        client_ip=client_ip(request),
        method=request.method,
        path=request.path,
        status=status,
        size=context.body.length if context.image_size is None else context.image_size,
        sha256=context.image_sha256,
        duration_ms=round((time.perf_counter() - context.started) * 1000, 3),
        request_id=context.request_id,
    )


def discard_body(request: falcon.Request, *, limit: int) -> None:
    """Read what is left of a body of at most `limit` bytes.

    Closing a connection on unread bytes resets it, and the answer may be lost with it. nginx sends
    no body above the limit (see config/nginx.conf), so none of those is ever read.
    """
    if (request.content_length or 0) <= limit:
        request.bounded_stream.exhaust()
