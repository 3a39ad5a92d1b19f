"""What every store must do, over each of them for real."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

from service.store import open_store
from service.store.location import parse_store_url
from tests.service.store.conftest import Kept
from tests.service.store.samples import make_record, make_result


def test_a_request_and_its_result_are_kept(kept: Kept) -> None:
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
    assert kept.results() == {"ab" * 32: {"image": {"width": 7}}}


def test_what_is_not_known_stays_null(kept: Kept) -> None:
    kept.store.prepare()
    kept.store.record(make_record(sha256=None), ())
    (record,) = kept.requests()
    assert (record["bytes"], record["sha256"]) == (None, None)
    assert kept.results() == {}


def test_requests_stand_in_order_of_time_and_a_result_once(kept: Kept) -> None:
    kept.store.prepare()
    records = [make_record(number) for number in range(5)]
    for number, record in enumerate(records):
        kept.store.record(record, (make_result(number),))
    assert [row["requestId"] for row in kept.requests()] == [one.request_id for one in records]
    assert kept.results() == {"ab" * 32: {"image": {"width": 4}}}


def test_a_prepared_store_answers_and_keeps_what_it_has(kept: Kept) -> None:
    kept.store.prepare()
    kept.store.record(make_record(), ())
    kept.store.prepare()
    kept.store.check()
    assert len(kept.requests()) == 1


def test_many_threads_share_a_store(kept: Kept) -> None:
    kept.store.prepare()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: kept.store.record(make_record(number), ()), range(40)))
    assert len({row["requestId"] for row in kept.requests()}) == 40


def record_and_die(url: str, count: int) -> NoReturn:
    """What a worker does that starts beside others and is killed after its last answer."""
    store = open_store(parse_store_url(url))
    store.prepare()
    for number in range(count):
        store.record(make_record(number), (make_result(),))
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def test_workers_that_start_together_and_are_killed_lose_nothing(kept: Kept) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=record_and_die, args=(kept.url, 10)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [-signal.SIGKILL] * 4
    assert len({row["requestId"] for row in kept.requests()}) == 40


def test_a_store_prepared_before_a_fork_works_after_it(kept: Kept) -> None:
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
