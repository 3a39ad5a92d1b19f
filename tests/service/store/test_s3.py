from __future__ import annotations

import socket
import subprocess
import sys
import time

import boto3
import pytest

from service.store.location import S3Location
from service.store.protocol import StoreUnavailableError
from service.store.s3log import request_key
from service.store.s3store import S3Store
from tests.service.helpers import free_port
from tests.service.moto import CREDENTIALS, running_moto
from tests.service.store.samples import make_record


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


def test_a_service_with_sqlite_never_loads_boto3() -> None:
    code = (
        "import sys; from service.store import open_store;"
        "from service.store.location import parse_store_url;"
        "open_store(parse_store_url('sqlite:////tmp/x.db'));"
        "sys.exit('boto3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
