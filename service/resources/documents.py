"""GET /api/{name}: a stored JSON document."""

from __future__ import annotations

from typing import ClassVar

import falcon

from service.access import Access
from service.answers import answer_tagged, make_etag
from service.parameters import Parameters
from service.store.documents import is_document_name
from service.store.protocol import Store


class DocumentResource:
    """Answers what the store has under a name; nothing else can be reached by one."""

    access: ClassVar = {"GET": Access.KEY, "HEAD": Access.KEY}

    def __init__(self, store: Store) -> None:
        self._store = store

    def on_get(self, request: falcon.Request, response: falcon.Response, name: str) -> None:
        """Answer 200 or 304. Raises falcon.HTTPNotFound, falcon.HTTPBadRequest."""
        Parameters(request, known=())
        text = self._store.find_document(name) if is_document_name(name) else None
        if text is None:
            raise falcon.HTTPNotFound(description="There is no document of this name.")
        answer_tagged(request, response, text=text, etag=make_etag(text))

    on_head = on_get
