"""GET /ready: the service can do its work, and which one it is."""

from __future__ import annotations

import falcon

from service import __version__
from service.store.protocol import Store


class ReadyResource:
    """Asks the store each time."""

    def __init__(self, store: Store, *, image_digest: str | None) -> None:
        self._store = store
        self._image_digest = image_digest

    def on_get(self, _request: falcon.Request, response: falcon.Response) -> None:
        """Answer 200 with version and digest. Raises StoreUnavailableError, answered as 503."""
        self._store.check()
        response.media = {
            "status": "ready",
            "version": __version__,
            "imageDigest": self._image_digest,
        }

    on_head = on_get
