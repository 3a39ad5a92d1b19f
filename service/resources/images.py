"""POST /api/images: the metadata of an image."""

from __future__ import annotations

import hashlib
import json

import falcon

from service.imagebody import read_image
from service.metadata import MetadataError, extract, to_json
from service.settings import Settings


class ImagesResource:
    """Reads images; keeps nothing itself, but leaves the result for the request log."""

    def __init__(self, settings: Settings) -> None:
        self._max_body = settings.max_body
        self._max_request = settings.max_request

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Answer the metadata of the image in the body.

        Raises falcon.HTTPError: 400, 411, 413, 415 (see read_image), 422 when it is no image.
        """
        image = read_image(request, max_body=self._max_body, max_request=self._max_request)
        request.context.image_size = len(image)
        request.context.image_sha256 = hashlib.sha256(image).hexdigest()
        try:
            metadata = extract(image)
        except MetadataError as error:
            raise falcon.HTTPUnprocessableEntity(description=str(error)) from error
        document = json.dumps(to_json(metadata), allow_nan=False)
        request.context.image_format = metadata.file.format
        request.context.document = document
        response.content_type = falcon.MEDIA_JSON
        response.data = document.encode()
