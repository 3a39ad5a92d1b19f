"""The images in the body of a request, or the reason why there is none."""

from __future__ import annotations

from falcon import (
    HTTPBadRequest,
    HTTPContentTooLarge,
    HTTPError,
    HTTPLengthRequired,
    HTTPUnsupportedMediaType,
)
from falcon.media import MultipartFormHandler
from falcon.media.multipart import MultipartParseError

from service.bodyfile import Body

FIELD = "file"
_HOW = (
    "Send an image as the body with its own type, application/octet-stream or none, "
    f"or images as fields {FIELD!r} of multipart/form-data."
)
# curl --data-binary declares a form when it is told nothing, so that type means "not stated".
_UNSTATED = {"", "application/octet-stream", "application/x-www-form-urlencoded"}


def read_images(
    body: Body, content_type: str, *, max_body: int, max_request: int
) -> list[bytes | HTTPError]:
    """Read the images, each at most `max_body` bytes, in a body of at most `max_request`.

    In place of an image there may be the reason why it is none. Raises falcon.HTTPError: 400 (no
    or broken body), 411, 413, 415. A body above the limit is refused before a byte of it is read.
    """
    multipart = _is_multipart(content_type)
    limit = max_request if multipart else max_body
    length = _check_length(body.length, limit=limit)
    if multipart:
        return [_check(image, limit=max_body) for image in _read_form(body, content_type, max_body)]
    image = body.stream.read(length)
    if len(image) < length:
        raise HTTPBadRequest(description=f"The body ended before its {length} bytes.")
    return [_check(image, limit=max_body)]


def _is_multipart(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return True
    if kind in _UNSTATED or kind.startswith("image/"):
        return False
    raise HTTPUnsupportedMediaType(description=f"{kind} is no image. {_HOW}")


def _check_length(length: int | None, *, limit: int) -> int:
    if length is None:
        raise HTTPLengthRequired(description=f"State the Content-Length. {_HOW}")
    if length > limit:
        raise _too_large(limit)
    return length


def _read_form(body: Body, content_type: str, max_body: int) -> list[bytes]:
    try:
        form = MultipartFormHandler().deserialize(body.stream, content_type, body.length)
        # One byte more than allowed tells a too large part without reading all of it.
        images = [part.stream.read(max_body + 1) for part in form if part.name == FIELD]
    except (MultipartParseError, UnicodeDecodeError) as error:
        reason = getattr(error, "description", None) or "a name is no UTF-8"
        raise HTTPBadRequest(description=f"The form is malformed: {reason}. {_HOW}") from error
    if not images:
        raise HTTPBadRequest(description=f"The form has no field {FIELD!r}. {_HOW}")
    return images


def _check(image: bytes, *, limit: int) -> bytes | HTTPError:
    if not image:
        return HTTPBadRequest(description=f"The image has no bytes. {_HOW}")
    return image if len(image) <= limit else _too_large(limit)


def _too_large(limit: int) -> HTTPContentTooLarge:
    return HTTPContentTooLarge(description=f"At most {limit} bytes are accepted.")
