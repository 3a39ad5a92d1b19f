"""GET /health: the process is alive."""

from __future__ import annotations

import falcon


class HealthResource:
    """Answers whatever the store does, so that a container is not restarted for its store."""

    def on_get(self, _request: falcon.Request, response: falcon.Response) -> None:
        """Answer 200."""
        response.media = {"status": "alive"}

    on_head = on_get
