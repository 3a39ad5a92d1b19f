"""GET /openapi.json: the description of this API."""

from __future__ import annotations

import json

import falcon

from service.answers import answer_tagged, make_etag
from service.openapi import build_openapi


class OpenApiResource:
    """Answers the description, built once."""

    def __init__(self) -> None:
        self._text = json.dumps(build_openapi())
        self._etag = make_etag(self._text)

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Answer 200 or 304."""
        answer_tagged(request, response, text=self._text, etag=self._etag)

    on_head = on_get
