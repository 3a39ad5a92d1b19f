from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest

from service.store.location import S3Location
from service.store.protocol import RequestQuery, ResultQuery, StoreUnavailableError
from service.store.s3lists import fill_page
from service.store.s3log import request_key
from service.store.s3store import S3Store
from tests.service.helpers import free_port
from tests.service.moto import CREDENTIALS, running_moto
from tests.service.store.conftest import s3_kept
from tests.service.store.contract import Kept, all_requests, as_kept
from tests.service.store.samples import RECEIVED_AT, make_record, make_result


def test_a_request_lies_under_its_day_and_time() -> None:
    record = make_record()
    key = request_key(record.received_at, record.request_id)
    assert key == f"requests/2026/03/01/20260301T235959.999Z-{record.request_id}.json"


def test_an_s3_that_comes_late_is_unavailable_and_then_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = free_port()
    environment = {**CREDENTIALS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    store = S3Store(S3Location(bucket="imgmeta-late"))
    store.prepare()
    with pytest.raises(StoreUnavailableError, match="imgmeta-late"):
        store.record(make_record(), ())
    with running_moto(port=port):
        with pytest.raises(StoreUnavailableError):
            store.check()
        with pytest.raises(StoreUnavailableError):
            store.find_result("ab" * 32)
        boto3.client("s3").create_bucket(
            Bucket="imgmeta-late",
            CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
        )
        store.check()
        store.record(make_record(), ())


def test_a_silent_s3_is_given_up_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": url}.items():
            monkeypatch.setenv(name, value)
        begun = time.monotonic()
        with pytest.raises(StoreUnavailableError):
            S3Store(S3Location(bucket="imgmeta-silent")).record(make_record(), ())
        # Two answers waited for, a second each, up to one between them; the client takes the rest.
        assert time.monotonic() - begun < 5


def test_an_endpoint_that_is_no_url_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": "no url"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreUnavailableError):
        S3Store(S3Location(bucket="imgmeta-demo")).check()


@pytest.fixture
def kept_in_short_listings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """An S3 that lists two keys at a time, as the real one lists a thousand."""
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    with running_moto() as url:
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": url}.items():
            monkeypatch.setenv(name, value)
        yield s3_kept("service/")


def test_a_busy_day_is_listed_by_the_digits_of_its_time(kept_in_short_listings: Kept) -> None:
    store = kept_in_short_listings.store
    # Days, hours and minutes apart, and five in one second.
    offsets = [0, 0, 0, 0, 0, -1, -9, -10, -59, -60, -600, -3599, -3600, -36_000, -80_000, -86_400]
    records = [make_record(offset) for offset in offsets]
    for record in records:
        store.record(record, ())
    bucket = kept_in_short_listings.url.split("/")[2]
    assert boto3.client("s3").list_objects_v2(Bucket=bucket)["IsTruncated"]
    found = all_requests(store, RequestQuery(limit=3))
    times = [record.received_at for record in found]
    assert times == sorted(times, reverse=True)
    assert sorted(found, key=str) == sorted(map(as_kept, records), key=str)
    until = RECEIVED_AT - timedelta(seconds=59)
    later = RequestQuery(since=RECEIVED_AT - timedelta(seconds=3600), until=until)
    assert len(all_requests(store, later)) == 4


def test_what_the_version_before_wrote_is_listed(s3_environment: None) -> None:
    kept = s3_kept("service/")
    bucket = kept.url.split("/")[2]
    record, result = make_record(), make_result()
    client = boto3.client("s3")
    for key, text in (
        (f"results/{result.sha256}.json", result.document),
        (request_key(record.received_at, record.request_id), json.dumps(record.to_json())),
    ):
        client.put_object(Bucket=bucket, Key=f"service/{key}", Body=text.encode())
    assert all_requests(kept.store, RequestQuery()) == [as_kept(record)]
    (listed,) = kept.store.list_results(ResultQuery()).results
    assert (listed.sha256, listed.format, listed.document) == (
        result.sha256,
        None,
        result.document,
    )


def test_a_page_that_takes_long_ends_early_with_a_cursor() -> None:
    def search() -> Iterator[tuple[int | None, str]]:
        for number in range(1000):
            time.sleep(0.3)
            yield (number if number == 1 else None), f"after {number}"

    found, cursor = fill_page(search(), 10)
    assert found == (1,)
    assert cursor is not None
    assert 1 < int(cursor.removeprefix("after ")) < 20
