"""The image in the body of a request, or the reason why there is none."""

from __future__ import annotations

import falcon
from falcon.media.multipart import MultipartForm

FIELD = "file"
_HOW = (
    "Send the image as the body with its own type, application/octet-stream or none, "
    f"or as the field {FIELD!r} of multipart/form-data."
)
# curl --data-binary declares a form when it is told nothing, so that type means "not stated".
_UNSTATED = {"", "application/octet-stream", "application/x-www-form-urlencoded"}


def read_image(request: falcon.Request, *, max_body: int, max_request: int) -> bytes:
    """Read the image, at most `max_body` bytes in a body of at most `max_request`.

    Raises falcon.HTTPError: 400 (no or broken body), 411, 413, 415. A body that declares more than
    the limit is refused before a byte of it is read.
    """
    multipart = _is_multipart(request.content_type or "")
    limit = max_request if multipart else max_body
    length = _check_length(request.content_length, limit=limit)
    if multipart:
        image = _read_field(request, max_body=max_body)
    else:
        image = request.bounded_stream.read(length)
        if len(image) < length:
            raise falcon.HTTPBadRequest(description=f"The body ended before its {length} bytes.")
    if not image:
        raise falcon.HTTPBadRequest(description=f"The image has no bytes. {_HOW}")
    return image


def _is_multipart(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return True
    if kind in _UNSTATED or kind.startswith("image/"):
        return False
    raise falcon.HTTPUnsupportedMediaType(description=f"{kind} is no image. {_HOW}")


def _check_length(length: int | None, *, limit: int) -> int:
    if length is None:
        raise falcon.HTTPLengthRequired(description=f"State the Content-Length. {_HOW}")
    if length > limit:
        raise _too_large(limit)
    return length


def _read_field(request: falcon.Request, *, max_body: int) -> bytes:
    try:
        form: MultipartForm = request.get_media()
        # One byte more than allowed tells a too large part without reading all of it.
        images = [part.stream.read(max_body + 1) for part in form if part.name == FIELD]
    except (falcon.MediaMalformedError, UnicodeDecodeError) as error:
        raise falcon.HTTPBadRequest(description=f"The form is malformed. {_HOW}") from error
    if len(images) != 1:
        raise falcon.HTTPBadRequest(
            description=f"The form has {len(images)} fields {FIELD!r}; it must have one."
        )
    if len(images[0]) > max_body:
        raise _too_large(max_body)
    return images[0]


def _too_large(limit: int) -> falcon.HTTPContentTooLarge:
    return falcon.HTTPContentTooLarge(description=f"At most {limit} bytes are accepted.")
