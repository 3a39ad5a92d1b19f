"""gunicorn's worker, whose own refusals are problems too.

nginx lets some requests pass that gunicorn takes for none: a header that stands twice, more than a
hundred of them, bytes that are no ASCII in the path. gunicorn's pages would be HTML.
"""

from __future__ import annotations

import json
import socket
from http import HTTPStatus

import falcon
from gunicorn.http.errors import (  # type: ignore[import-untyped]
    ConfigurationProblem,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

# The first that fits counts; the others are below ParseException too.
_STATUSES = (
    (LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG),
    (LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    (ConfigurationProblem, HTTPStatus.INTERNAL_SERVER_ERROR),
    (ParseException, HTTPStatus.BAD_REQUEST),
)
_DETAILS = {
    HTTPStatus.REQUEST_URI_TOO_LONG: "The request line is longer than 8 KiB.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "A header is longer than 8 KiB, or there are more "
    "than 100 of them.",
    HTTPStatus.BAD_REQUEST: "This is no HTTP request that can be understood.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The service failed on this request. See its log.",
}


class ProblemWorker(ThreadWorker):  # type: ignore[misc]
    """Answers what never reaches the application as the application would."""

    def handle_error(
        self, _request: object, client: socket.socket, _address: object, error: Exception
    ) -> None:
        """Say in the log what it was, without the words of the client, and answer."""
        status = next((known for kind, known in _STATUSES if isinstance(error, kind)), None)
        if status is None:
            self.log.error("gunicorn: defect", exc_info=error)
        else:
            self.log.info("gunicorn: refused a request: %s", type(error).__name__)
        try:
            client.sendall(write_refusal(status or HTTPStatus.INTERNAL_SERVER_ERROR))
        except OSError:
            self.log.debug("gunicorn: the client has gone")


def write_refusal(status: HTTPStatus) -> bytes:
    """Give the whole answer. nginx adds the request's id, which is not known here."""
    line = falcon.code_to_http_status(status.value)
    title = line.partition(" ")[2]
    problem = {"type": "about:blank", "title": title, "status": status.value}
    text = json.dumps({**problem, "detail": _DETAILS[status]}).encode()
    head = (
        f"HTTP/1.1 {line}\r\nConnection: close\r\n"
        f"Content-Type: application/problem+json\r\nContent-Length: {len(text)}\r\n"
        "X-Content-Type-Options: nosniff\r\n\r\n"
    )
    return head.encode("ascii") + text
