"""What every store must do. Subclasses say where: the same tests run over each of them for real.

A subclass's module has a fixture `kept`, a store that is not yet prepared.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NoReturn

import pytest

from service.store import open_store
from service.store.location import parse_store_url
from service.store.protocol import (
    InvalidCursorError,
    ListedResult,
    RequestQuery,
    RequestRecord,
    ResultQuery,
    Store,
)
from tests.service.store.samples import RECEIVED_AT, make_record, make_result, sha_of


@dataclass(frozen=True)
class Kept:
    """A store under test, its URL, and two looks into it that use none of its code."""

    url: str
    store: Store
    requests: Callable[[], list[Mapping[str, Any]]]
    results: Callable[[], Mapping[str, Any]]


def all_requests(store: Store, query: RequestQuery) -> list[RequestRecord]:
    """Every page of a list, put together; no page may hold more than its limit."""
    found: list[RequestRecord] = []
    while True:
        page = store.list_requests(query)
        assert len(page.records) <= query.limit
        found += page.records
        if page.cursor is None:
            return found
        query = replace(query, cursor=page.cursor)


def all_results(store: Store, query: ResultQuery) -> list[ListedResult]:
    found: list[ListedResult] = []
    while True:
        page = store.list_results(query)
        assert len(page.results) <= query.limit
        found += page.results
        if page.cursor is None:
            return found
        query = replace(query, cursor=page.cursor)


def as_kept(record: RequestRecord) -> RequestRecord:
    """A record as a store gives it back: its time counts milliseconds."""
    moment = record.received_at
    return replace(
        record, received_at=moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    )


def record_and_die(url: str, count: int) -> NoReturn:
    """What a worker does that starts beside others and is killed after its last answer."""
    store = open_store(parse_store_url(url))
    store.prepare()
    for number in range(count):
        store.record(make_record(number), (make_result(),))
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


class RecordContract:
    """What is recorded is kept."""

    def test_a_request_and_its_result_are_kept(self, kept: Kept) -> None:
        kept.store.prepare()
        record = make_record()
        kept.store.record(record, (make_result(),))
        assert kept.requests() == [
            {
                "timestamp": "2026-03-01T23:59:59.999Z",
                "clientIp": "203.0.113.9",
                "method": "POST",
                "path": "/api/ümages\n",
                "status": 200,
                "bytes": 1234,
                "sha256": "ab" * 32,
                "durationMs": 1.25,
                "requestId": record.request_id,
            }
        ]
        assert kept.results() == {"ab" * 32: {"file": {"format": "JPEG"}, "image": {"width": 7}}}

    def test_what_is_not_known_stays_null(self, kept: Kept) -> None:
        kept.store.prepare()
        kept.store.record(make_record(sha256=None), ())
        (record,) = kept.requests()
        assert (record["bytes"], record["sha256"]) == (None, None)
        assert kept.results() == {}

    def test_one_request_may_bring_many_images_and_one_of_them_twice(self, kept: Kept) -> None:
        kept.store.prepare()
        results = [make_result(number, sha256=sha_of(number % 20)) for number in range(21)]
        kept.store.record(make_record(sha256=None), tuple(results))
        assert len(kept.requests()) == 1
        widths = {key: value["image"]["width"] for key, value in kept.results().items()}
        assert widths == {**{sha_of(number): number for number in range(1, 20)}, sha_of(0): 20}
        assert len(all_results(kept.store, ResultQuery())) == 20

    def test_requests_stand_in_order_of_time_and_a_result_once(self, kept: Kept) -> None:
        kept.store.prepare()
        records = [make_record(number) for number in range(5)]
        for number, record in enumerate(records):
            kept.store.record(record, (make_result(number),))
        assert [row["requestId"] for row in kept.requests()] == [one.request_id for one in records]
        assert [each["image"]["width"] for each in kept.results().values()] == [4]

    def test_what_a_client_may_send_to_break_a_database_is_kept(self, kept: Kept) -> None:
        kept.store.prepare()
        path = "/a\0b\udcff'; DROP TABLE requests; --%(x)s:y?"
        record = replace(make_record(path=path), size=2**70)
        kept.store.record(record, ())
        kept.store.record(make_record(1), ())
        (listed,) = all_requests(kept.store, RequestQuery(until=RECEIVED_AT + timedelta(seconds=1)))
        assert listed.path.endswith("'; DROP TABLE requests; --%(x)s:y?")
        assert listed.size is not None
        assert listed.size >= 2**63 - 1

    def test_a_prepared_store_answers_and_keeps_what_it_has(self, kept: Kept) -> None:
        kept.store.prepare()
        kept.store.record(make_record(), ())
        kept.store.put_document("mine", "{}")
        kept.store.prepare()
        kept.store.check()
        assert len(kept.requests()) == 1
        assert kept.store.find_document("mine") == "{}"


class ProcessContract:
    """Threads and processes share a store, and their end loses nothing."""

    def test_many_threads_share_a_store(self, kept: Kept) -> None:
        kept.store.prepare()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: kept.store.record(make_record(number), ()), range(40)))
        assert len({row["requestId"] for row in kept.requests()}) == 40

    def test_threads_that_bring_the_same_images_in_any_order_do_not_block(self, kept: Kept) -> None:
        kept.store.prepare()
        results = [make_result(number, sha256=sha_of(number)) for number in range(8)]

        def record(number: int) -> None:
            mixed = random.Random(number).sample(results, len(results))
            kept.store.record(make_record(number, sha256=None), tuple(mixed))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(record, range(40)))
        assert (len(kept.requests()), len(kept.results())) == (40, 8)

    def test_workers_that_start_together_and_are_killed_lose_nothing(self, kept: Kept) -> None:
        context = multiprocessing.get_context("spawn")
        workers = [context.Process(target=record_and_die, args=(kept.url, 10)) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert [worker.exitcode for worker in workers] == [-signal.SIGKILL] * 4
        assert len({row["requestId"] for row in kept.requests()}) == 40

    def test_a_store_prepared_before_a_fork_works_after_it(self, kept: Kept) -> None:
        kept.store.prepare()
        context = multiprocessing.get_context("fork")
        workers = [
            context.Process(target=kept.store.record, args=(make_record(number), ()))
            for number in range(3)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        kept.store.record(make_record(), ())
        assert [worker.exitcode for worker in workers] == [0, 0, 0]
        assert len(kept.requests()) == 4


class RequestListContract:
    """The request log, newest first."""

    def test_pages_hold_every_request_once_while_new_ones_arrive(self, kept: Kept) -> None:
        kept.store.prepare()
        # Three of the same millisecond each: the time alone would not say where a page begins.
        records = [make_record(number // 3) for number in range(12)]
        for record in records:
            kept.store.record(record, ())
        query = RequestQuery(limit=5)
        first = kept.store.list_requests(query)
        kept.store.record(make_record(100), ())
        rest = all_requests(kept.store, replace(query, cursor=first.cursor))
        found = [*first.records, *rest]
        times = [record.received_at for record in found]
        assert times == sorted(times, reverse=True)
        assert sorted(found, key=str) == sorted(map(as_kept, records), key=str)

    def test_a_list_goes_back_over_years(self, kept: Kept) -> None:
        kept.store.prepare()
        day = 24 * 3600
        records = [make_record(-number * day) for number in (0, 1, 2, 31, 60, 365, 400)]
        for record in records:
            kept.store.record(record, ())
        assert all_requests(kept.store, RequestQuery(limit=2)) == [as_kept(one) for one in records]

    @pytest.mark.parametrize(
        "query",
        [
            RequestQuery(client_ip="2001:db8::1"),
            RequestQuery(method="PATCH"),
            RequestQuery(path="/other"),
            RequestQuery(status=422),
            RequestQuery(sha256=sha_of(1)),
            RequestQuery(client_ip="2001:db8::1", status=422),
        ],
        ids=str,
    )
    def test_filters_choose(self, kept: Kept, query: RequestQuery) -> None:
        kept.store.prepare()
        wanted = make_record(
            1,
            client_ip="2001:db8::1",
            method="PATCH",
            path="/other",
            status=422,
            sha256=sha_of(1),
        )
        for record in (make_record(0), wanted, make_record(2), make_record(3, sha256=None)):
            kept.store.record(record, ())
        assert all_requests(kept.store, query) == [as_kept(wanted)]
        nothing = replace(query, since=RECEIVED_AT + timedelta(seconds=2))
        assert all_requests(kept.store, nothing) == []

    def test_since_is_included_and_until_is_not(self, kept: Kept) -> None:
        kept.store.prepare()
        records = [make_record(number) for number in range(5)]
        for record in records:
            kept.store.record(record, ())
        query = RequestQuery(since=records[1].received_at, until=records[3].received_at, limit=1)
        expected = [as_kept(record) for record in (records[2], records[1])]
        assert all_requests(kept.store, query) == expected

    @pytest.mark.parametrize("cursor", ["", "x", "ü", "====", "MjAyNg", "a" * 5000])
    def test_a_cursor_of_nobody_is_refused(self, kept: Kept, cursor: str) -> None:
        kept.store.prepare()
        with pytest.raises(InvalidCursorError):
            kept.store.list_requests(RequestQuery(cursor=cursor))
        with pytest.raises(InvalidCursorError):
            kept.store.list_results(ResultQuery(cursor=cursor))

    def test_a_cursor_of_the_other_list_is_refused(self, kept: Kept) -> None:
        kept.store.prepare()
        for number in range(2):
            result = make_result(sha256="f" + sha_of(number)[1:])
            kept.store.record(make_record(number), (result,))
        requests = kept.store.list_requests(RequestQuery(limit=1)).cursor
        results = kept.store.list_results(ResultQuery(limit=1)).cursor
        with pytest.raises(InvalidCursorError):
            kept.store.list_requests(RequestQuery(cursor=results))
        with pytest.raises(InvalidCursorError):
            kept.store.list_results(ResultQuery(cursor=requests))


class ResultContract:
    """Results, one and all."""

    def test_a_result_is_found_by_its_hash(self, kept: Kept) -> None:
        kept.store.prepare()
        kept.store.record(make_record(), (make_result(7),))
        kept.store.record(make_record(1), (make_result(8),))
        found = kept.store.find_result("ab" * 32)
        assert found is not None
        assert json.loads(found)["image"] == {"width": 8}
        assert kept.store.find_result("cd" * 32) is None

    def test_each_is_listed_once_at_its_last_post(self, kept: Kept) -> None:
        kept.store.prepare()
        for number, image in enumerate([0, 1, 2, 3, 1, 0]):
            kept.store.record(make_record(number), (make_result(number, sha256=sha_of(image)),))
        listed = all_results(kept.store, ResultQuery(limit=2))
        assert [one.sha256 for one in listed] == [sha_of(number) for number in (0, 1, 3, 2)]
        assert [json.loads(one.document)["image"]["width"] for one in listed] == [5, 4, 3, 2]
        assert listed[0].received_at == as_kept(make_record(5)).received_at

    def test_pages_may_end_between_the_images_of_a_request(self, kept: Kept) -> None:
        kept.store.prepare()
        for number in range(3):
            results = [make_result(sha256=sha_of(number * 10 + place)) for place in range(4)]
            kept.store.record(make_record(number, sha256=None), tuple(results))
        listed = [one.sha256 for one in all_results(kept.store, ResultQuery(limit=3))]
        assert len(listed) == len(set(listed)) == 12
        newest = {sha_of(20 + place) for place in range(4)}
        assert set(listed[:4]) == newest

    def test_format_and_time_choose(self, kept: Kept) -> None:
        kept.store.prepare()
        for number, kind in enumerate(["PNG", "JPEG", "PNG", "PNG"]):
            result = make_result(sha256=sha_of(number), kind=kind)
            kept.store.record(make_record(number), (result,))
        query = ResultQuery(format="PNG", since=make_record(1).received_at)
        query = replace(query, until=make_record(3).received_at)
        (listed,) = all_results(kept.store, query)
        assert (listed.sha256, listed.format) == (sha_of(2), "PNG")


class DocumentContract:
    """Documents by name."""

    @pytest.mark.parametrize("name", ["foo", "bar"])
    def test_two_come_with_the_service(self, kept: Kept, name: str) -> None:
        kept.store.prepare()
        found = kept.store.find_document(name)
        assert found is not None
        assert json.loads(found) == {"greeting": f"I am the {name.title()}"}

    def test_a_document_is_put_and_replaced(self, kept: Kept) -> None:
        kept.store.prepare()
        assert kept.store.find_document("mine-1") is None
        for text in ('{"x": 1}', '{"x": "\\u0000 \U0001f600"}'):
            kept.store.put_document("mine-1", text)
            kept.store.put_document("foo", text)
            assert kept.store.find_document("mine-1") == text
            assert kept.store.find_document("foo") == text

    @pytest.mark.parametrize(
        "name",
        ["", ".", "..", "../requests/x", "a/b", "a\\b", "a.b", "foo.json", "foo\0", "foo\n", "Foo",
         "%2e%2e", "-", "a" * 65, "ümlaut", "__init__"],
    )  # fmt: skip
    def test_what_is_no_name_is_not_looked_for(self, kept: Kept, name: str) -> None:
        kept.store.prepare()
        assert kept.store.find_document(name) is None
        with pytest.raises(ValueError, match="no name of a document"):
            kept.store.put_document(name, "{}")


class StoreContract(
    RecordContract, ProcessContract, RequestListContract, ResultContract, DocumentContract
):
    """All of it."""


class ExpiryContract:
    """A database drops what is old by itself; a bucket has its lifecycle rule."""

    def test_what_is_older_goes_and_the_rest_stays(self, kept: Kept) -> None:
        kept.store.prepare()
        for number in range(1010):
            kept.store.record(make_record(number), (make_result(sha256=sha_of(number % 1005)),))
        before = make_record(1007).received_at
        assert kept.store.expire(before) == 1007 + 1002
        assert kept.store.expire(before) == 0
        assert len(kept.requests()) == 3
        assert set(kept.results()) == {sha_of(number) for number in (2, 3, 4)}
