from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.expiry import expire, start_expiry
from service.store import open_store
from tests.service.conftest import Service
from tests.service.helpers import wait_until
from tests.service.store.samples import make_record


def test_what_is_older_than_the_days_is_dropped(service: Service, photo: bytes) -> None:
    service.client.simulate_post("/api/images", body=photo)
    store = open_store(service.settings.store)
    now = datetime.now(UTC)
    expire(store, keep_days=1, now=now + timedelta(hours=23))
    assert len(service.kept.results()) == 1
    expire(store, keep_days=1, now=now + timedelta(hours=25))
    assert (service.kept.results(), service.kept.requests()) == ({}, [])


def test_a_store_that_does_not_answer_ends_nothing(service: Service) -> None:
    service.kept.path.unlink()
    service.kept.path.mkdir()
    expire(open_store(service.settings.store), keep_days=1, now=datetime.now(UTC))


def test_the_thread_takes_its_turn(service: Service, photo: bytes, tmp_path: Path) -> None:
    store = open_store(service.settings.store)
    old = datetime.now(UTC) - timedelta(days=service.settings.keep_days, minutes=1)
    store.record(replace(make_record(), received_at=old), ())
    service.client.simulate_post("/api/images", body=photo)
    start_expiry(service.settings, lock=tmp_path / "lock")
    wait_until(lambda: len(service.kept.requests()) == 1)
    assert [row["status"] for row in service.kept.requests()] == [201]
