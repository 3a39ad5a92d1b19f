"""GET /metrics: for Prometheus, from this machine or with the admin token."""

from __future__ import annotations

from typing import ClassVar

import falcon

from service.access import Access
from service.answers import NEVER_KEPT
from service.metrics import CONTENT_TYPE, Metrics


class MetricsResource:
    """Answers what has been counted."""

    access: ClassVar = {"GET": Access.INSIDE, "HEAD": Access.INSIDE}

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def on_get(self, _request: falcon.Request, response: falcon.Response) -> None:
        """Answer the values of all workers."""
        response.content_type = CONTENT_TYPE
        response.set_header("Cache-Control", NEVER_KEPT)
        response.data = self._metrics.expose()

    on_head = on_get
