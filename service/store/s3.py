"""A bucket: what is asked of S3, and how long it may take to answer."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from service.store.protocol import StoreUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# boto3 raises ValueError for an endpoint URL that is none.
_FAILURES = (BotoCoreError, ClientError, ValueError)

# A client waits, so a silent S3 has to be given up soon: twice a second, and up to one in between.
_CONFIG = Config(
    connect_timeout=1,
    read_timeout=1,
    max_pool_connections=64,
    retries={"mode": "standard", "total_max_attempts": 2},
)


@dataclass(frozen=True)
class StoredObject:
    """An object's text, and what was noted on it."""

    text: str
    notes: Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    """The keys below a prefix, in ascending order; `truncated` when there are more of them."""

    keys: tuple[str, ...]
    truncated: bool


class Bucket:
    """JSON objects in S3. Endpoint, region and credentials come from boto3's chain.

    The client is made at its first use, in the process that uses it, and made anew after an error:
    one that was made while the instance's credentials were out of reach would never look again.
    Every method raises StoreUnavailableError.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._client: S3Client | None = None

    def check(self) -> None:
        """Ask for the bucket (needs s3:ListBucket)."""
        try:
            self._connect().head_bucket(Bucket=self._name)
        except _FAILURES as error:
            raise self._unavailable(error) from error

    def put(self, key: str, text: str, *, notes: Mapping[str, str] | None = None) -> None:
        """Write an object; `notes` are ASCII."""
        try:
            self._connect().put_object(
                Bucket=self._name,
                Key=key,
                Body=text.encode(),
                ContentType="application/json",
                Metadata=dict(notes or {}),
            )
        except _FAILURES as error:
            raise self._unavailable(error) from error

    def get(self, key: str) -> StoredObject | None:
        """Read an object; None when there is none (needs s3:ListBucket on the whole bucket)."""
        try:
            answer = self._connect().get_object(Bucket=self._name, Key=key)
            return StoredObject(answer["Body"].read().decode(), answer["Metadata"])
        except _FAILURES as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise self._unavailable(error) from error

    def list_keys(self, prefix: str, *, after: str = "") -> Listing:
        """List up to 1000 keys that begin with `prefix` and come after `after`."""
        try:
            answer = self._connect().list_objects_v2(
                Bucket=self._name, Prefix=prefix, StartAfter=after
            )
        except _FAILURES as error:
            raise self._unavailable(error) from error
        keys = tuple(entry["Key"] for entry in answer.get("Contents", []))
        return Listing(keys, answer["IsTruncated"])

    def list_folders(self, prefix: str) -> tuple[str, ...]:
        """List the folders right below `prefix`, which ends with a slash, as such prefixes."""
        try:
            answer = self._connect().list_objects_v2(
                Bucket=self._name, Prefix=prefix, Delimiter="/"
            )
        except _FAILURES as error:
            raise self._unavailable(error) from error
        return tuple(entry["Prefix"] for entry in answer.get("CommonPrefixes", []))

    def _connect(self) -> S3Client:
        with self._lock:
            if self._client is None:
                self._client = boto3.Session().client("s3", config=_CONFIG)
            return self._client

    def _unavailable(self, error: Exception) -> StoreUnavailableError:
        with self._lock:
            self._client = None
        return StoreUnavailableError(f"S3 bucket {self._name}: {error}")
