from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from service.store import open_store
from service.store.location import parse_store_url
from tests.service.helpers import RecordReader
from tests.service.moto import CREDENTIALS, running_moto
from tests.service.store.contract import Kept


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    with running_moto() as url:
        yield url


@pytest.fixture
def s3_environment(s3_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": s3_url}.items():
        monkeypatch.setenv(name, value)


def sqlite_kept(path: Path) -> Kept:
    url = f"sqlite:///{path}"
    reader = RecordReader(path)
    store = open_store(parse_store_url(url))
    return Kept(
        url=url,
        store=store,
        requests=lambda: [_as_json(row) for row in reader.requests()],
        results=reader.results,
    )


def _as_json(row: Mapping[str, Any]) -> Mapping[str, Any]:
    names = {"client_ip": "clientIp", "duration_ms": "durationMs", "request_id": "requestId"}
    return {names.get(key, key): value for key, value in row.items() if key != "id"}


def s3_kept(prefix: str) -> Kept:
    bucket = f"imgmeta-{uuid.uuid4().hex}"
    client = boto3.client("s3")
    client.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )

    def read(folder: str) -> dict[str, Any]:
        listing = client.list_objects_v2(Bucket=bucket, Prefix=prefix + folder)
        keys = [entry["Key"] for entry in listing.get("Contents", [])]
        objects = {key: client.get_object(Bucket=bucket, Key=key) for key in keys}
        return {
            key.removeprefix(prefix + folder): json.load(answer["Body"])
            for key, answer in objects.items()
        }

    url = f"s3://{bucket}/{prefix}"
    return Kept(
        url=url,
        store=open_store(parse_store_url(url)),
        requests=lambda: [_without_results(one) for one in read("requests/").values()],
        results=lambda: {
            key.removesuffix(".json"): value for key, value in read("results/").items()
        },
    )


def _without_results(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in row.items() if key != "results"}
