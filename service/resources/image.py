"""GET /api/images/{id}: what was read of an image, for whoever knows its SHA-256."""

from __future__ import annotations

from typing import ClassVar

import falcon

from service.access import Access
from service.answers import answer_tagged, make_etag
from service.fields import parse_fields, present
from service.parameters import Parameters, read_sha256
from service.store.protocol import Store


class ImageResource:
    """Answers what the store has."""

    access: ClassVar = {"GET": Access.KEY, "HEAD": Access.KEY}

    def __init__(self, store: Store) -> None:
        self._store = store

    def on_get(self, request: falcon.Request, response: falcon.Response, image_id: str) -> None:
        """Answer 200 or 304. Raises falcon.HTTPNotFound, falcon.HTTPBadRequest."""
        fields = Parameters(request, known=("fields",)).read("fields", parse_fields)
        document = self._find(image_id)
        if document is None:
            raise falcon.HTTPNotFound(
                description="No image with this SHA-256 is known: never posted, or expired."
            )
        answer_tagged(
            request,
            response,
            text=present(image_id, document, fields),
            etag=make_etag(document),
        )

    on_head = on_get

    def _find(self, image_id: str) -> str | None:
        try:
            return self._store.find_result(read_sha256(image_id))
        except ValueError:
            return None
