"""GET /api/requests: the log of POST requests, as JSON or CSV."""

from __future__ import annotations

import csv
import io
from typing import ClassVar

import falcon

from service import parameters
from service.access import Access
from service.answers import NEVER_KEPT, link_next
from service.parameters import Parameters
from service.store.protocol import RequestPage, RequestQuery, RequestRecord, Store

DEFAULT_PAGE = 100
_MEDIA_CSV = "text/csv"
COLUMNS = (
    *("timestamp", "clientIp", "method", "path", "status"),
    *("bytes", "sha256", "durationMs", "requestId"),
)


class RequestsResource:
    """Answers what the store has."""

    access: ClassVar = {"GET": Access.ADMIN, "HEAD": Access.ADMIN}

    def __init__(self, store: Store) -> None:
        self._store = store

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Answer a page of records, newest first. Raises falcon.HTTPBadRequest."""
        asked = Parameters(
            request,
            known=("ip", "method", "path", "status", "sha256", "since", "until", "cursor", "limit",
                   "format"),
        )  # fmt: skip
        query = RequestQuery(
            client_ip=asked.read("ip", parameters.read_address),
            method=asked.read("method", parameters.read_method),
            path=asked.read("path", parameters.read_path),
            status=asked.read("status", parameters.read_status),
            sha256=asked.read("sha256", parameters.read_sha256),
            since=asked.read("since", parameters.read_time),
            until=asked.read("until", parameters.read_time),
            cursor=asked.read("cursor", str),
            limit=asked.read("limit", parameters.read_limit) or DEFAULT_PAGE,
        )
        kind = asked.read("format", _read_kind) or _preferred(request)
        page = self._store.list_requests(query)
        link_next(request, response, page.cursor)
        response.set_header("Cache-Control", NEVER_KEPT)
        response.set_header("Vary", "Accept")
        if kind == "csv":
            response.content_type = f"{_MEDIA_CSV}; charset=utf-8"
            response.text = write_csv(page.records)
        else:
            response.media = write_json(page)

    on_head = on_get


def write_json(page: RequestPage) -> dict[str, object]:
    """Give a page as it is answered."""
    return {"requests": [record.to_json() for record in page.records], "next": page.cursor}


def write_csv(records: tuple[RequestRecord, ...]) -> str:
    """Give the records as CSV (RFC 4180) with a line of names; what is null is empty."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(record.to_json() for record in records)
    return out.getvalue()


def _read_kind(text: str) -> str:
    if text not in ("json", "csv"):
        raise ValueError("json or csv")
    return text


def _preferred(request: falcon.Request) -> str:
    media = request.client_prefers((falcon.MEDIA_JSON, _MEDIA_CSV))
    return "csv" if media == _MEDIA_CSV else "json"
