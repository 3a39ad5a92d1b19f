"""POST and GET /api/images: images read; the list of results."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import falcon

from service import parameters
from service.access import Access
from service.answers import NEVER_KEPT, link_next, make_etag
from service.fields import parse_fields, present, select
from service.imagebody import read_images
from service.imagereading import hash_image, read_result
from service.metadata import MetadataError
from service.parameters import Parameters
from service.problems import describe_problem
from service.settings import Settings
from service.store.protocol import ImageResult, ListedResult, ResultQuery, Store

DEFAULT_PAGE = 50
_LISTED_FIELDS = frozenset({"file", "image"})


class ImagesResource:
    """Reads images; keeps nothing itself, but leaves the results for the request log."""

    access: ClassVar = {"POST": Access.KEY, "GET": Access.ADMIN, "HEAD": Access.ADMIN}

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Answer 201 and the metadata of the image in the body; for several, 207 and a list.

        Raises falcon.HTTPError: 400, 411, 413, 415 (see read_images), 422 when it is no image.
        """
        fields = Parameters(request, known=("fields",)).read("fields", parse_fields)
        _refuse_packed(request)
        images = read_images(
            request.context.body,
            request.content_type or "",
            max_body=self._settings.max_body,
            max_request=self._settings.max_request,
        )
        if len(images) == 1:
            self._answer_one(request, response, images[0], fields)
        else:
            entries = [self._answer_entry(request, image, fields) for image in images]
            response.status = falcon.HTTP_207
            response.content_type = falcon.MEDIA_JSON
            response.data = f"[{','.join(entries)}]".encode()

    def _answer_one(
        self,
        request: falcon.Request,
        response: falcon.Response,
        image: bytes | falcon.HTTPError,
        fields: frozenset[str] | None,
    ) -> None:
        if not isinstance(image, falcon.HTTPError):
            request.context.image_size = len(image)
            request.context.image_sha256 = hash_image(image)
        result = self._read(request, image)
        response.status = falcon.HTTP_201
        response.location = f"/api/images/{result.sha256}"
        response.etag = make_etag(result.document)
        response.content_type = falcon.MEDIA_JSON
        response.data = present(result.sha256, result.document, fields).encode()

    def _answer_entry(
        self,
        request: falcon.Request,
        image: bytes | falcon.HTTPError,
        fields: frozenset[str] | None,
    ) -> str:
        """Give the JSON text of one entry of the list: what it would have been answered alone."""
        try:
            result = self._read(request, image)
        except falcon.HTTPError as error:
            return json.dumps(describe_problem(request, error))
        return f'{{"status":201,{present(result.sha256, result.document, fields)[1:]}'

    def _read(self, request: falcon.Request, image: bytes | falcon.HTTPError) -> ImageResult:
        if isinstance(image, falcon.HTTPError):
            raise image
        sha256 = request.context.image_sha256 or hash_image(image)
        try:
            result = read_result(image, sha256=sha256, redacted=self._settings.redact)
        except MetadataError as error:
            raise falcon.HTTPUnprocessableEntity(description=str(error)) from error
        request.context.results.append(result)
        return result

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Answer a page of results, newest first. Raises falcon.HTTPBadRequest."""
        asked = Parameters(request, known=("format", "since", "until", "cursor", "limit", "fields"))
        query = ResultQuery(
            format=asked.read("format", parameters.read_format),
            since=asked.read("since", parameters.read_time),
            until=asked.read("until", parameters.read_time),
            cursor=asked.read("cursor", str),
            limit=asked.read("limit", parameters.read_limit) or DEFAULT_PAGE,
        )
        fields = asked.read("fields", parse_fields) or _LISTED_FIELDS
        page = self._store.list_results(query)
        link_next(request, response, page.cursor)
        response.set_header("Cache-Control", NEVER_KEPT)
        response.media = {
            "images": [describe_result(result, fields) for result in page.results],
            "next": page.cursor,
        }

    on_head = on_get


def _refuse_packed(request: falcon.Request) -> None:
    """Refuse a body that has been packed for its way (RFC 9110, section 15.5.16)."""
    coding = request.get_header("Content-Encoding") or "identity"
    if coding.strip().lower() != "identity":
        raise falcon.HTTPUnsupportedMediaType(
            description="Send the image as it is, without a Content-Encoding.",
            headers={"Accept-Encoding": "identity"},
        )


def describe_result(result: ListedResult, fields: frozenset[str]) -> dict[str, Any]:
    """Give the entry of a list: id, time and format, and the groups asked for."""
    return {
        "id": result.sha256,
        "receivedAt": result.received_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "format": result.format,
        **select(json.loads(result.document), fields),
    }
