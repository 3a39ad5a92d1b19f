"""The store in an S3 bucket: for a deployed stack, whose instances come and go.

PREFIX/requests/YYYY/MM/DD/YYYYMMDDTHHMMSS.mmmZ-REQUESTID.json    one object a request
PREFIX/results/SHA256.json                                        the metadata of an image
PREFIX/documents/NAME.json                                        a document

The object of a request also names its results, and that of a result notes the request that wrote
it last: so results are listed by time, each once, without an index beside them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cached_property

from service.store.documents import built_in_document, is_document_name
from service.store.location import S3Location
from service.store.protocol import (
    ImageResult,
    RequestPage,
    RequestQuery,
    RequestRecord,
    ResultPage,
    ResultQuery,
)
from service.store.s3 import Bucket
from service.store.s3lists import S3Lists
from service.store.s3log import request_key
from service.store.s3records import write_logged

# Objects that are read or written at the same time for one request.
_AT_ONCE = 16


class S3Store:
    """Keeps everything as JSON objects."""

    def __init__(self, location: S3Location) -> None:
        self._bucket = Bucket(location.bucket)
        self._prefix = f"{location.prefix}/" if location.prefix else ""

    def prepare(self) -> None:
        """Do nothing: a bucket needs no tables, and need not answer yet."""

    def check(self) -> None:
        """Ask for the bucket (needs s3:ListBucket). Raises StoreUnavailableError."""
        self._bucket.check()

    def record(self, request: RequestRecord, results: tuple[ImageResult, ...]) -> None:
        """Put the request, then its results. Raises StoreUnavailableError."""
        # In this order: what a result notes about the request that wrote it is always there.
        once = {result.sha256: result for result in results}
        key = request_key(request.received_at, request.request_id)
        self._bucket.put(self._prefix + key, write_logged(request, once.values()))

        def put_result(result: ImageResult) -> None:
            key = f"{self._prefix}results/{result.sha256}.json"
            self._bucket.put(key, result.document, notes={"request": request.request_id})

        # Only several are worth the way through other threads.
        run = self._pool.map if len(once) > 1 else map
        list(run(put_result, once.values()))

    def find_result(self, sha256: str) -> str | None:
        """Give the document of an image. Raises StoreUnavailableError."""
        return self._find(f"results/{sha256}.json")

    def list_results(self, query: ResultQuery) -> ResultPage:
        """Give a page of results. Raises InvalidCursorError, StoreUnavailableError."""
        return self._lists.list_results(query)

    def list_requests(self, query: RequestQuery) -> RequestPage:
        """Give a page of the request log. Raises InvalidCursorError, StoreUnavailableError."""
        return self._lists.list_requests(query)

    def find_document(self, name: str) -> str | None:
        """Give a document, else the built-in one. Raises StoreUnavailableError."""
        if not is_document_name(name):
            return None
        kept = self._find(f"documents/{name}.json")
        return built_in_document(name) if kept is None else kept

    def put_document(self, name: str, text: str) -> None:
        """Keep a document. Raises ValueError, StoreUnavailableError."""
        if not is_document_name(name):
            raise ValueError(f"{name!r} is no name of a document")
        self._bucket.put(f"{self._prefix}documents/{name}.json", text)

    def expire(self, before: datetime) -> int:
        """Do nothing: the bucket's lifecycle rule drops what is old (terraform/modules/store)."""
        del before
        return 0

    def _find(self, key: str) -> str | None:
        found = self._bucket.get(self._prefix + key)
        return None if found is None else found.text

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        """Made at its first use, in the process that uses it: threads do not survive a fork."""
        return ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="s3")

    @cached_property
    def _lists(self) -> S3Lists:
        return S3Lists(self._bucket, self._prefix, self._pool)
