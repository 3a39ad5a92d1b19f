"""GET /, /docs and /web/…: the files of service/web, read once at the start."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import falcon

from service.answers import is_current

WEB = Path(__file__).resolve().parents[1] / "web"

# Of those that mimetypes knows by the machine it runs on, or not at all.
_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
# A page asks this service and nobody else; data: and blob: are pictures that it has itself.
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Page:
    """One file as it is answered."""

    content: bytes
    media_type: str
    etag: str


def load_pages(folder: Path) -> dict[str, Page]:
    """Give every file below `folder` by its path there, such as ``docs.html``."""
    return {
        path.relative_to(folder).as_posix(): _load(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _load(path: Path) -> Page:
    content = path.read_bytes()
    known = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    media_type = known or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Page(content, media_type, hashlib.sha256(content).hexdigest()[:32])


class PageResource:
    """Answers one page, or with a `file` in the path any of them; only what was read is there."""

    def __init__(self, pages: Mapping[str, Page], name: str = "") -> None:
        self._pages = pages
        self._name = name

    def on_get(self, request: falcon.Request, response: falcon.Response, file: str = "") -> None:
        """Answer 200 or 304. Raises falcon.HTTPNotFound."""
        page = self._pages.get(self._name or file)
        if page is None:
            raise falcon.HTTPNotFound(description="There is no such page.")
        response.etag = page.etag
        response.set_header("Cache-Control", "no-cache")
        response.set_header("Content-Security-Policy", _CSP)
        if is_current(request, page.etag):
            response.status = falcon.HTTP_304
            return
        response.content_type = page.media_type
        response.data = page.content

    on_head = on_get
