"""Errors as RFC 9457 problem details."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

import falcon

from service.metrics import Metrics
from service.store.protocol import InvalidCursorError, StoreUnavailableError

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = 5
_OF_RESULTS = ("Location", "ETag", "Cache-Control", "Link")

_LOG = logging.getLogger("gunicorn.error")


def add_problem_handlers(app: falcon.App[Any, Any], metrics: Metrics) -> None:
    """Let every error of `app` be answered as a problem."""

    def answer_store_unavailable(
        request: falcon.Request,
        response: falcon.Response,
        error: StoreUnavailableError,
        params: dict[str, Any],
    ) -> None:
        metrics.count_store_error(request)
        _answer_store_unavailable(request, response, error, params)

    app.set_error_serializer(_write_problem)
    app.add_error_handler(Exception, _answer_defect)
    # Later handlers come first, so falcon's own errors do not reach the one for defects.
    app.add_error_handler(falcon.HTTPError, _answer_http_error)
    app.add_error_handler(StoreUnavailableError, answer_store_unavailable)
    app.add_error_handler(InvalidCursorError, _answer_invalid_cursor)


def describe_problem(request: falcon.Request, error: falcon.HTTPError) -> dict[str, str | int]:
    """Give `error` as an object (RFC 9457, section 3.1).

    The type is ``about:blank``, so the title is the phrase of the status (section 4.2.1).
    """
    status = HTTPStatus(error.status_code)
    return {
        "type": "about:blank",
        # Of the status line: Python's own phrases are older.
        "title": falcon.code_to_http_status(error.status_code).partition(" ")[2],
        "status": error.status_code,
        "detail": error.description or status.description,
        "instance": f"/api/requests/{request.context.request_id}",
    }


def _write_problem(
    request: falcon.Request, response: falcon.Response, error: falcon.HTTPError
) -> None:
    response.content_type = PROBLEM_JSON
    response.text = None
    response.media = None
    response.data = json.dumps(describe_problem(request, error)).encode()


def _answer_http_error(
    request: falcon.Request,
    response: falcon.Response,
    error: falcon.HTTPError,
    _params: dict[str, Any],
) -> None:
    response.status = error.status
    # What an answer was to say of its image is true no longer.
    for name in _OF_RESULTS:
        response.delete_header(name)
    response.set_headers(error.headers or {})
    _write_problem(request, response, error)


def _answer_store_unavailable(
    request: falcon.Request,
    response: falcon.Response,
    error: StoreUnavailableError,
    params: dict[str, Any],
) -> None:
    _LOG.error("request %s: store unavailable: %s", request.context.request_id, error)
    unavailable = falcon.HTTPServiceUnavailable(
        description="The store does not answer. Nothing was kept; try again.",
        retry_after=RETRY_AFTER_SECONDS,
    )
    _answer_http_error(request, response, unavailable, params)


def _answer_invalid_cursor(
    request: falcon.Request,
    response: falcon.Response,
    _error: InvalidCursorError,
    params: dict[str, Any],
) -> None:
    invalid = falcon.HTTPBadRequest(
        description="The cursor is none of this list: take the one of the page before."
    )
    _answer_http_error(request, response, invalid, params)


def _answer_defect(
    request: falcon.Request,
    response: falcon.Response,
    error: Exception,
    params: dict[str, Any],
) -> None:
    _LOG.error("request %s: defect", request.context.request_id, exc_info=error)
    defect = falcon.HTTPInternalServerError(
        description="The service failed on this request. The cause is in its log."
    )
    _answer_http_error(request, response, defect, params)
