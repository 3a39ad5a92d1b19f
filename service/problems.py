"""Errors as RFC 9457 problem details."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

import falcon

from service.store.protocol import StoreUnavailableError

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = 5

_LOG = logging.getLogger("gunicorn.error")


def add_problem_handlers(app: falcon.App[Any, Any]) -> None:
    """Let every error of `app` be answered as a problem."""
    app.set_error_serializer(_write_problem)
    app.add_error_handler(Exception, _answer_defect)
    # Later handlers come first, so falcon's own errors do not reach the one for defects.
    app.add_error_handler(falcon.HTTPError, _answer_http_error)
    app.add_error_handler(StoreUnavailableError, _answer_store_unavailable)


def _write_problem(
    request: falcon.Request, response: falcon.Response, error: falcon.HTTPError
) -> None:
    """Write `error` into `response` (RFC 9457, section 3.1).

    The type is ``about:blank``, so the title is the phrase of the status (section 4.2.1).
    """
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(error.status_code).phrase,
        "status": error.status_code,
        "detail": error.description or HTTPStatus(error.status_code).description,
        "instance": f"/api/requests/{request.context.request_id}",
    }
    response.content_type = PROBLEM_JSON
    response.data = json.dumps(problem).encode()


def _answer_http_error(
    request: falcon.Request,
    response: falcon.Response,
    error: falcon.HTTPError,
    _params: dict[str, Any],
) -> None:
    response.status = error.status
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
