"""The middleware that records every POST before it is answered."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import falcon

from service.caller import client_ip, request_id
from service.store.protocol import ImageResult, RequestRecord, Store


class RequestLog:
    """Gives each request an id, and each POST a record, whatever became of it."""

    def __init__(self, store: Store, *, max_request: int) -> None:
        self._store = store
        self._max_request = max_request

    def process_request(self, request: falcon.Request, response: falcon.Response) -> None:
        """Note when the request came; answer its id as X-Request-ID."""
        request.context.received_at = datetime.now(UTC)
        request.context.started = time.perf_counter()
        request.context.request_id = request_id(request)
        # What a resource may fill in: the image's length, SHA-256 and format, its metadata as JSON.
        request.context.image_size = None
        request.context.image_sha256 = None
        request.context.image_format = None
        request.context.document = None
        response.set_header("X-Request-ID", request.context.request_id)

    def process_response(
        self,
        request: falcon.Request,
        response: falcon.Response,
        _resource: object,
        _succeeded: bool,
    ) -> None:
        """Record a POST. Raises StoreUnavailableError, which turns the answer into a 503."""
        discard_body(request, limit=self._max_request)
        if request.method == "POST":
            self._store.record(describe(request, response.status_code), _results_of(request))


def describe(request: falcon.Request, status: int) -> RequestRecord:
    """Give the record of a request that is about to be answered with `status`."""
    context = request.context
    return RequestRecord(
        received_at=context.received_at,
        client_ip=client_ip(request),
        method=request.method,
        path=request.path,
        status=status,
        size=request.content_length if context.image_size is None else context.image_size,
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


def _results_of(request: falcon.Request) -> tuple[ImageResult, ...]:
    context = request.context
    if context.document is None:
        return ()
    result = ImageResult(
        sha256=context.image_sha256, format=context.image_format, document=context.document
    )
    return (result,)
