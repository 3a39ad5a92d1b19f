"""The queries of the lists, newest first, and the pages made of what they find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, select, tuple_

from service.store.cursor import Position, read_cursor, write_cursor
from service.store.protocol import (
    ListedResult,
    RequestPage,
    RequestQuery,
    RequestRecord,
    ResultPage,
    ResultQuery,
)
from service.store.tables import REQUESTS, RESULTS
from service.store.times import format_time, parse_time

_ROW_ID = r"\d{1,18}"
_SHA256 = r"[0-9a-f]{64}"


def select_requests(query: RequestQuery) -> Select[Any]:
    """Select one row more than fit into a page. Raises InvalidCursorError."""
    columns = REQUESTS.c
    wanted = {
        columns.client_ip: query.client_ip,
        columns.method: query.method,
        columns.path: query.path,
        columns.status: query.status,
        columns.sha256: query.sha256,
    }
    after = None if query.cursor is None else read_cursor(query.cursor, key=_ROW_ID)
    last = None if after is None else (after.timestamp, int(after.key))
    return _select_page(query, (columns.timestamp, columns.id), wanted, last)


def select_results(query: ResultQuery) -> Select[Any]:
    """Select one row more than fit into a page. Raises InvalidCursorError."""
    columns = RESULTS.c
    after = None if query.cursor is None else read_cursor(query.cursor, key=_SHA256)
    last = None if after is None else (after.timestamp, after.key)
    order = (columns.timestamp, columns.sha256)
    return _select_page(query, order, {columns.format: query.format}, last)


def _select_page(
    query: RequestQuery | ResultQuery,
    order: tuple[Column[Any], Column[Any]],
    wanted: Mapping[Column[Any], Any],
    last: tuple[Any, ...] | None,
) -> Select[Any]:
    """Select what is `wanted` (where it is not None) and follows `last` in descending `order`."""
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in wanted.items() if value is not None
    ]
    if query.since is not None:
        conditions.append(order[0] >= format_time(query.since))
    if query.until is not None:
        conditions.append(order[0] < format_time(query.until))
    if last is not None:
        conditions.append(tuple_(*order) < last)
    newest_first = [column.desc() for column in order]
    table = order[0].table
    return select(table).where(*conditions).order_by(*newest_first).limit(query.limit + 1)


def request_page(rows: Sequence[Row[Any]], limit: int) -> RequestPage:
    """Make the page of what `select_requests` has found."""
    found = rows[:limit]
    last = Position(found[-1].timestamp, str(found[-1].id)) if len(rows) > limit else None
    return RequestPage(
        records=tuple(_request(row) for row in found),
        cursor=None if last is None else write_cursor(last),
    )


def result_page(rows: Sequence[Row[Any]], limit: int) -> ResultPage:
    """Make the page of what `select_results` has found."""
    found = rows[:limit]
    last = Position(found[-1].timestamp, found[-1].sha256) if len(rows) > limit else None
    return ResultPage(
        results=tuple(_result(row) for row in found),
        cursor=None if last is None else write_cursor(last),
    )


def _request(row: Row[Any]) -> RequestRecord:
    return RequestRecord(
        received_at=parse_time(row.timestamp),
        client_ip=row.client_ip,
        method=row.method,
        path=row.path,
        status=row.status,
        size=row.bytes,
        sha256=row.sha256,
        duration_ms=row.duration_ms,
        request_id=row.request_id,
    )


def _result(row: Row[Any]) -> ListedResult:
    return ListedResult(
        sha256=row.sha256,
        received_at=parse_time(row.timestamp),
        format=row.format,
        document=row.document,
    )
