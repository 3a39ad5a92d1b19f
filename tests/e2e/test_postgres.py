"""The contract of the stores over a real PostgreSQL, and what only a server can do to clients."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg.rows import dict_row

from service.store import open_store
from service.store.location import PostgresqlLocation, parse_store_url
from service.store.pgengine import make_migration_engine
from service.store.postgresql import PostgresqlStore
from service.store.protocol import StoreSetupError, StoreUnavailableError
from service.store.tables import METADATA
from tests.e2e.containers import measured
from tests.e2e.pgbouncer import running_pgbouncer
from tests.e2e.postgres import PASSWORD, Postgres, running_postgres
from tests.service.helpers import wait_until
from tests.service.store.contract import ExpiryContract, Kept, StoreContract
from tests.service.store.samples import make_record, make_result, sha_of

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with running_postgres() as running:
        yield running


@pytest.fixture
def database(server: Postgres) -> str:
    """The name of a database with nothing in it; a new one for each test would be slower."""
    with server.connect("postgres") as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return "postgres"


@pytest.fixture
def kept(server: Postgres, database: str) -> Iterator[Kept]:
    url = server.url(database)
    store = open_store(parse_store_url(url))
    yield Kept(
        url=url,
        store=store,
        requests=lambda: read_requests(server, database),
        results=lambda: read_results(server, database),
    )


def read_requests(server: Postgres, database: str) -> list[Mapping[str, Any]]:
    names = {"client_ip": "clientIp", "duration_ms": "durationMs", "request_id": "requestId"}
    with server.connect(database) as connection:
        rows = connection.cursor(row_factory=dict_row).execute("SELECT * FROM requests ORDER BY id")
        return [
            {names.get(key, key): value for key, value in row.items() if key != "id"}
            for row in rows
        ]


def read_results(server: Postgres, database: str) -> dict[str, Any]:
    with server.connect(database) as connection:
        rows = connection.execute("SELECT sha256, document FROM results")
        return {sha256: json.loads(document) for sha256, document in rows}


class TestPostgresql(StoreContract, ExpiryContract):
    """The very tests that SQLite and S3 pass."""


def test_a_killed_server_is_unavailable_at_once_and_used_again_by_itself(
    kept: Kept, server: Postgres
) -> None:
    kept.store.prepare()
    kept.store.record(make_record(), ())
    server.kill()
    for _ in range(3):
        with measured() as taken, pytest.raises(StoreUnavailableError):
            kept.store.record(make_record(1), ())
        with pytest.raises(StoreUnavailableError):
            kept.store.check()
        assert taken[0] < 2
    server.start()
    kept.store.check()
    kept.store.record(make_record(2), ())
    assert len(kept.requests()) == 2


def test_a_restarted_server_costs_no_request(kept: Kept, server: Postgres) -> None:
    kept.store.prepare()
    kept.store.record(make_record(), ())
    server.stop()
    server.start()
    kept.store.record(make_record(1), ())
    assert kept.store.find_result("ab" * 32) is None
    assert len(kept.requests()) == 2


def test_a_silent_server_is_given_up_within_seconds(kept: Kept, server: Postgres) -> None:
    kept.store.prepare()
    kept.store.record(make_record(), (make_result(),))
    server.signal(signal.SIGSTOP)
    try:
        with measured() as writing, pytest.raises(StoreUnavailableError):
            kept.store.record(make_record(1), ())
        with measured() as connecting, pytest.raises(StoreUnavailableError):
            kept.store.record(make_record(2), ())
        with measured() as reading, pytest.raises(StoreUnavailableError):
            kept.store.find_result("ab" * 32)
    finally:
        server.signal(signal.SIGCONT)
    assert max(writing[0], connecting[0], reading[0]) < 3
    wait_until(lambda: can_check(kept), seconds=10)
    kept.store.record(make_record(3), ())


def can_check(kept: Kept) -> bool:
    try:
        kept.store.check()
    except StoreUnavailableError:
        return False
    return True


def test_a_locked_table_is_given_up_within_seconds(
    kept: Kept, server: Postgres, database: str
) -> None:
    kept.store.prepare()
    with server.connect(database) as other, other.transaction():
        other.execute("LOCK TABLE requests")
        with measured() as taken, pytest.raises(StoreUnavailableError, match="timeout"):
            kept.store.record(make_record(), ())
    assert taken[0] < 3
    kept.store.record(make_record(), ())
    assert len(kept.requests()) == 1


@pytest.mark.parametrize(("name", "password"), [("imgmeta", "hunter2"), ("nowhere", PASSWORD)])
def test_a_server_that_refuses_us_ends_the_start_with_its_words(
    server: Postgres, name: str, password: str
) -> None:
    store = open_store(parse_store_url(server.url(name, password=password)))
    with pytest.raises(StoreSetupError, match="IMGMETA_STORE_URL") as caught:
        store.prepare()
    with pytest.raises(StoreUnavailableError) as later:
        store.check()
    for error in (caught.value, later.value):
        assert "FATAL" in str(error)
        assert password not in str(error)
        assert "\n" not in str(error)


def test_neither_password_nor_record_stands_in_an_error(
    kept: Kept, server: Postgres, database: str
) -> None:
    kept.store.prepare()
    with server.connect(database) as connection:
        connection.execute("DROP TABLE requests")
    with pytest.raises(StoreUnavailableError) as caught:
        kept.store.record(make_record(path="/secret"), (make_result(),))
    assert 'relation "requests" does not exist' in str(caught.value)
    shown = f"{caught.value} {parse_store_url(kept.url)!r}"
    assert not [part for part in (PASSWORD, "/secret", "203.0.113.9") if part in shown]


def prepare_and_report(url: str, go: Connection) -> None:
    go.recv()
    open_store(parse_store_url(url)).prepare()


def test_the_steps_lead_to_the_tables_that_the_code_knows(kept: Kept) -> None:
    kept.store.prepare()
    engine = make_migration_engine(location_of(kept))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def location_of(kept: Kept) -> PostgresqlLocation:
    location = parse_store_url(kept.url)
    assert isinstance(location, PostgresqlLocation)
    return location


def test_hosts_that_start_together_migrate_once(server: Postgres, database: str) -> None:
    context = multiprocessing.get_context("fork")
    ends = [context.Pipe() for _ in range(6)]
    workers = [
        context.Process(target=prepare_and_report, args=(server.url(database), theirs))
        for _, theirs in ends
    ]
    for worker in workers:
        worker.start()
    for ours, _ in ends:
        ours.send("go")
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 6
    with server.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def record_for_ever(url: str, path: Path) -> None:
    """Record from many threads; note each request id once record() has returned."""
    store = open_store(parse_store_url(url))
    store.prepare()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def work() -> None:
        while True:
            record = make_record()
            try:
                store.record(record, (make_result(),))
            except StoreUnavailableError:
                time.sleep(0.01)
            else:
                os.write(descriptor, f"{record.request_id}\n".encode())

    for _ in range(8):
        threading.Thread(target=work, daemon=True).start()
    signal.pause()


def wait_for_more(paths: list[Path], count: int) -> None:
    """Return when each file has `count` lines more than now."""
    wanted = {path: count_lines(path) + count for path in paths}
    wait_until(lambda: all(count_lines(path) >= wanted[path] for path in paths), seconds=90)


def count_lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_a_server_killed_under_load_loses_nothing_that_was_answered(
    kept: Kept, server: Postgres, tmp_path: Path
) -> None:
    kept.store.prepare()
    paths = [tmp_path / str(number) for number in range(3)]
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=record_for_ever, args=(kept.url, path)) for path in paths]
    for worker in workers:
        worker.start()
    try:
        for _ in range(3):
            wait_for_more(paths, 50)
            server.kill()
            server.start()
        # And they go on by themselves.
        wait_for_more(paths, 50)
    finally:
        for worker in workers:
            worker.kill()
            worker.join(30)
    answered = {line for path in paths for line in path.read_text().split()}
    stored = {row["requestId"] for row in kept.requests()}
    assert len(answered) >= 3 * 4 * 50
    assert answered - stored == set()


def test_the_store_waits_for_a_server_and_then_makes_its_tables() -> None:
    with running_postgres() as server:
        url = server.url("postgres")
        server.kill()
        store = open_store(parse_store_url(url))
        assert isinstance(store, PostgresqlStore)
        store.prepare()
        with pytest.raises(StoreUnavailableError):
            store.check()
        server.start()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: store.record(make_record(number), ()), range(8)))
        with server.connect("postgres") as connection, pytest.raises(psycopg.errors.DuplicateTable):
            connection.execute("CREATE TABLE requests ()")


def test_a_pooler_that_lends_the_server_for_a_transaction_confuses_nothing(
    server: Postgres, database: str, kept: Kept
) -> None:
    with running_pgbouncer(server, database) as url:
        store = open_store(parse_store_url(url))
        store.prepare()

        def use(number: int) -> str | None:
            own, other = (make_result(number, sha256=sha_of(number + more)) for more in (0, 1000))
            store.record(make_record(number), (own,) if number % 2 else (own, other))
            store.put_document(f"name{number % 20}", f'"{number % 20}"')
            assert store.find_document(f"name{number % 20}") == f'"{number % 20}"'
            return store.find_result(sha_of(number))

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(use, range(200))) == [
                make_result(number, sha256=sha_of(number)).document for number in range(200)
            ]
    assert (len(kept.requests()), len(kept.results())) == (200, 300)
