"""The store in an S3 bucket: for a deployed stack, whose instances come and go.

PREFIX/requests/YYYY/MM/DD/YYYYMMDDTHHMMSS.mmmZ-REQUESTID.json    one object a request
PREFIX/results/SHA256.json                                        the metadata of an image
"""

from __future__ import annotations

import json
import threading
from datetime import datetime
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from service.store.location import S3Location
from service.store.protocol import (
    ImageResult,
    RequestPage,
    RequestQuery,
    RequestRecord,
    ResultPage,
    ResultQuery,
    StoreUnavailableError,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# boto3 raises ValueError for an endpoint URL that is none.
_FAILURES = (BotoCoreError, ClientError, ValueError)

# A client waits for the record, so a silent S3 has to be given up soon.
_CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    max_pool_connections=32,
    retries={"mode": "standard", "total_max_attempts": 2},
)


class S3Store:
    """Keeps everything as JSON objects. Endpoint, region and credentials come from boto3's chain.

    The client is made at its first use, in the process that uses it, and made anew after an error:
    one that was made while the instance's credentials were out of reach would never look again.
    """

    def __init__(self, location: S3Location) -> None:
        self._bucket = location.bucket
        self._prefix = f"{location.prefix}/" if location.prefix else ""
        self._lock = threading.Lock()
        self._client: S3Client | None = None

    def prepare(self) -> None:
        """Do nothing: a bucket needs no tables, and need not answer yet."""

    def record(self, request: RequestRecord, results: tuple[ImageResult, ...]) -> None:
        """Put the results, then the request. Raises StoreUnavailableError."""
        for result in results:
            self._put(f"results/{result.sha256}.json", result.document)
        self._put(request_key(request), json.dumps(request.to_json()))

    def check(self) -> None:
        """Ask for the bucket (needs s3:ListBucket). Raises StoreUnavailableError."""
        try:
            self._connect().head_bucket(Bucket=self._bucket)
        except _FAILURES as error:
            raise self._unavailable(error) from error

    def find_result(self, sha256: str) -> str | None:
        """Give the document of an image."""
        raise NotImplementedError

    def list_results(self, query: ResultQuery) -> ResultPage:
        """Give a page of results."""
        raise NotImplementedError

    def list_requests(self, query: RequestQuery) -> RequestPage:
        """Give a page of the request log."""
        raise NotImplementedError

    def find_document(self, name: str) -> str | None:
        """Give a document."""
        raise NotImplementedError

    def put_document(self, name: str, text: str) -> None:
        """Keep a document."""
        raise NotImplementedError

    def expire(self, before: datetime) -> int:
        """Drop what is old."""
        raise NotImplementedError

    def _put(self, key: str, text: str) -> None:
        try:
            self._connect().put_object(
                Bucket=self._bucket,
                Key=self._prefix + key,
                Body=text.encode(),
                ContentType="application/json",
            )
        except _FAILURES as error:
            raise self._unavailable(error) from error

    def _connect(self) -> S3Client:
        with self._lock:
            if self._client is None:
                self._client = boto3.Session().client("s3", config=_CONFIG)
            return self._client

    def _unavailable(self, error: Exception) -> StoreUnavailableError:
        with self._lock:
            self._client = None
        return StoreUnavailableError(f"S3 bucket {self._bucket}: {error}")


def request_key(request: RequestRecord) -> str:
    """Name the object of a request so that a listing is in order of time."""
    compact = request.timestamp.replace("-", "").replace(":", "")
    return f"requests/{request.received_at:%Y/%m/%d}/{compact}-{request.request_id}.json"
