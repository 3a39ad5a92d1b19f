"""The lists of a bucket, newest first, a page at a time.

What a query wants stands in the objects alone, so a page reads as many as it needs, and no longer
than _SECONDS: then it ends early, and its cursor says where to go on.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from service.store.cursor import Position, read_cursor, write_cursor
from service.store.protocol import (
    ListedResult,
    RequestPage,
    RequestQuery,
    RequestRecord,
    ResultPage,
    ResultQuery,
)
from service.store.s3 import Bucket
from service.store.s3log import REQUEST_ID, Span, request_key, time_key, walk_back
from service.store.s3records import LoggedRequest, NamedResult, matches, read_logged
from service.store.times import parse_time

T = TypeVar("T")

_SECONDS = 2.0
_BATCH = 32


@dataclass(frozen=True)
class _Entry:
    """A result as a request names it; `index` counts the request's results from 0."""

    record: RequestRecord
    index: int
    named: NamedResult

    @property
    def cursor(self) -> str:
        key = f"{self.record.request_id}-{self.index}"
        return write_cursor(Position(self.record.timestamp, key))


class S3Lists:
    """Reads the lists of `bucket` below `prefix`, several objects at a time by `pool`."""

    def __init__(self, bucket: Bucket, prefix: str, pool: Executor) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._pool = pool

    def list_requests(self, query: RequestQuery) -> RequestPage:
        """See Store."""
        after = None if query.cursor is None else read_cursor(query.cursor, key=REQUEST_ID)
        end = None if after is None else _key_of(after.timestamp, after.key)
        steps = (
            (logged.record if matches(logged.record, query) else None, _cursor(logged.record))
            for logged in self._read_back(query, end)
        )
        found, cursor = fill_page(steps, query.limit)
        return RequestPage(records=found, cursor=cursor)

    def list_results(self, query: ResultQuery) -> ResultPage:
        """See Store."""
        steps = (
            (result, entry.cursor)
            for batch in _batches(self._entries_back(query))
            for entry, result in zip(
                batch,
                self._pool.map(lambda entry: self._read_result(entry, query), batch),
                strict=True,
            )
        )
        found, cursor = fill_page(steps, query.limit)
        return ResultPage(results=found, cursor=cursor)

    def _entries_back(self, query: ResultQuery) -> Iterator[_Entry]:
        """Give the results that the requests name, without those that the cursor has passed."""
        last, end = None, None
        if query.cursor is not None:
            after = read_cursor(query.cursor, key=rf"{REQUEST_ID}-\d{{1,6}}")
            request_id, _, place = after.key.partition("-")
            last = (after.timestamp, request_id, int(place))
            # Other results of that request may be left.
            end = _key_of(after.timestamp, request_id) + "~"
        for logged in self._read_back(query, end):
            record = logged.record
            for index in reversed(range(len(logged.results))):
                if last is None or (record.timestamp, record.request_id, index) < last:
                    yield _Entry(record, index, logged.results[index])

    def _read_result(self, entry: _Entry, query: ResultQuery) -> ListedResult | None:
        """Give the result, unless the query does not want it or a later request wrote it."""
        named, record = entry.named, entry.record
        if query.format is not None and named.format != query.format:
            return None
        stored = self._bucket.get(f"{self._prefix}results/{named.sha256}.json")
        if stored is None or stored.notes.get("request", record.request_id) != record.request_id:
            return None
        return ListedResult(
            sha256=named.sha256,
            received_at=parse_time(record.timestamp),
            format=named.format,
            document=stored.text,
        )

    def _read_back(
        self, query: RequestQuery | ResultQuery, end: str | None
    ) -> Iterator[LoggedRequest]:
        """Read the log from `end`, or the query's `until`, back to its `since`."""
        root = f"{self._prefix}requests/"
        until = f"{root}~" if query.until is None else self._prefix + time_key(query.until)
        span = Span(
            root=root,
            first=root if query.since is None else self._prefix + time_key(query.since),
            end=until if end is None else min(until, self._prefix + end),
        )
        for batch in _batches(walk_back(self._bucket, span)):
            for stored in self._pool.map(self._bucket.get, batch):
                if stored is not None:  # it may have expired in the meantime
                    yield read_logged(stored.text)


def fill_page(
    steps: Iterable[tuple[T | None, str]], limit: int
) -> tuple[tuple[T, ...], str | None]:
    """Take what is not None until the page is full or the time is over.

    Each step brings the cursor that goes on behind it; None is given when there are no more.
    """
    found: list[T] = []
    deadline = time.monotonic() + _SECONDS
    for item, cursor in steps:
        if item is not None:
            found.append(item)
        if len(found) == limit or time.monotonic() > deadline:
            return tuple(found), cursor
    return tuple(found), None


def _batches(items: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(items, _BATCH)):
        yield batch


def _cursor(record: RequestRecord) -> str:
    return write_cursor(Position(record.timestamp, record.request_id))


def _key_of(timestamp: str, request_id: str) -> str:
    return request_key(parse_time(timestamp), request_id)
