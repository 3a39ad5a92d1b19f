"""Answers that can be asked for again: JSON with an ETag, pages with a link to the next."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

import falcon

# What a browser keeps it has to ask about, and no cache between keeps it at all.
REVALIDATED = "private, no-cache"
NEVER_KEPT = "no-store"


def make_etag(text: str) -> str:
    """Give the strong entity tag of `text` (RFC 9110, section 8.8.3), without its quotes."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def answer_tagged(
    request: falcon.Request,
    response: falcon.Response,
    *,
    text: str,
    etag: str,
) -> None:
    """Answer JSON `text`, or 304 where the client has what is tagged with `etag`."""
    response.etag = etag
    response.set_header("Cache-Control", REVALIDATED)
    if is_current(request, etag):
        response.status = falcon.HTTP_304
        return
    response.content_type = falcon.MEDIA_JSON
    response.data = text.encode()


def is_current(request: falcon.Request, etag: str) -> bool:
    """Tell whether If-None-Match names `etag` (RFC 9110, section 13.1.2: compared weakly)."""
    tags = request.if_none_match or []
    return any(tag in ("*", etag) for tag in tags)


def link_next(request: falcon.Request, response: falcon.Response, cursor: str | None) -> None:
    """Name the next page in a Link header (RFC 8288), where there is one."""
    if cursor is not None:
        query = urlencode({**request.params, "cursor": cursor})
        response.append_link(f"{request.path}?{query}", "next")
