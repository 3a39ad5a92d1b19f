"""What the stores in a database have in common; each brings its way to read and to write."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Row, Select, select

from service.store.documents import built_in_document, is_document_name
from service.store.protocol import (
    ImageResult,
    RequestPage,
    RequestQuery,
    RequestRecord,
    ResultPage,
    ResultQuery,
)
from service.store.sqlqueries import request_page, result_page, select_requests, select_results
from service.store.sqltexts import EXPIRE_BATCH, SqlTexts, Statement
from service.store.tables import DOCUMENTS, REQUESTS, RESULTS
from service.store.times import format_time


class SqlStore(ABC):
    """Keeps everything in the tables of service.store.tables."""

    def __init__(self, texts: SqlTexts) -> None:
        self._texts = texts

    @abstractmethod
    def _read(self, query: Executable) -> Sequence[Row[Any]]:
        """Give all rows. Raises StoreUnavailableError."""

    @abstractmethod
    def _write(self, statements: Sequence[Statement]) -> int:
        """Run them in one transaction; give the number of rows changed by all of them together.

        On return the transaction survives the death of every process. Raises StoreUnavailableError.
        """

    def record(self, request: RequestRecord, results: tuple[ImageResult, ...]) -> None:
        """Keep all of it in one transaction. Raises StoreUnavailableError."""
        # Of two equal images the last counts. In one order everywhere, as each row is locked.
        once = {result.sha256: result for result in results}
        statements = [
            self._texts.keep_result(once[sha256], timestamp=request.timestamp)
            for sha256 in sorted(once)
        ]
        self._write([*statements, self._texts.keep_request(request)])

    def find_result(self, sha256: str) -> str | None:
        """Give the document of an image. Raises StoreUnavailableError."""
        return self._find(select(RESULTS.c.document).where(RESULTS.c.sha256 == sha256))

    def list_results(self, query: ResultQuery) -> ResultPage:
        """Give a page of results. Raises InvalidCursorError, StoreUnavailableError."""
        return result_page(self._read(select_results(query)), query.limit)

    def list_requests(self, query: RequestQuery) -> RequestPage:
        """Give a page of the request log. Raises InvalidCursorError, StoreUnavailableError."""
        return request_page(self._read(select_requests(query)), query.limit)

    def find_document(self, name: str) -> str | None:
        """Give a document, else the built-in one. Raises StoreUnavailableError."""
        if not is_document_name(name):
            return None
        kept = self._find(select(DOCUMENTS.c.document).where(DOCUMENTS.c.name == name))
        return built_in_document(name) if kept is None else kept

    def put_document(self, name: str, text: str) -> None:
        """Keep a document. Raises ValueError, StoreUnavailableError."""
        if not is_document_name(name):
            raise ValueError(f"{name!r} is no name of a document")
        self._write([self._texts.keep_document(name, text)])

    def expire(self, before: datetime) -> int:
        """Delete what is older, in batches between which records are kept.

        Raises StoreUnavailableError; what was deleted until then stays deleted.
        """
        return sum(self._expire_table(table, format_time(before)) for table in (REQUESTS, RESULTS))

    def _expire_table(self, table: Any, before: str) -> int:
        dropped = 0
        while True:
            batch = self._write([self._texts.expire(table, before=before)])
            dropped += batch
            if batch < EXPIRE_BATCH:
                return dropped

    def _find(self, query: Select[tuple[Any]]) -> str | None:
        rows = self._read(query)
        return rows[0][0] if rows else None
