"""What Prometheus can ask of the service, counted over all workers and their successors.

Each worker writes its values into files of its own in PROMETHEUS_MULTIPROC_DIR, named by its place
among the workers and not by its process id: a successor counts on where its predecessor ended, and
there are never more files than workers (config/gunicorn.py). Without that folder, as in tests, the
values are those of this process.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import falcon
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
WORKER_VARIABLE = "IMGMETA_WORKER"
CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
# All series that there can be take half of it.
_FILE_BYTES = 256 * 1024
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})


class Metrics:
    """Counts requests as the middleware around them, and failures of the store when told."""

    def __init__(self) -> None:
        self._shared = FOLDER_VARIABLE in os.environ
        if self._shared:
            values.ValueClass = values.MultiProcessValue(_worker)  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "imgmeta_requests_total",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "imgmeta_request_seconds",
            "Time from gunicorn's first look at a request to its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._received = Counter(
            "imgmeta_received_bytes_total",
            "Bytes of request bodies.",
            ("route",),
            registry=self._registry,
        )
        self._store_errors = Counter(
            "imgmeta_store_errors_total",
            "Requests for which the store was not available.",
            ("route",),
            registry=self._registry,
        )

    def count_store_error(self, request: falcon.Request) -> None:
        """Count a request that met a store that does not answer."""
        self._store_errors.labels(_route(request)).inc()

    def process_response(
        self,
        request: falcon.Request,
        response: falcon.Response,
        _resource: object,
        _succeeded: bool,
    ) -> None:
        """Count a request that is about to be answered."""
        route = _route(request)
        # A client's own words would make a series each.
        method = request.method if request.method in _METHODS else "other"
        self._requests.labels(method, route, str(response.status_code)).inc()
        self._seconds.labels(route).observe(time.perf_counter() - request.context.started)
        if request.context.body.length:
            self._received.labels(route).inc(request.context.body.length)

    def expose(self) -> bytes:
        """Give all values in Prometheus's text format."""
        if not self._shared:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def reserve_files(folder: Path, place: int) -> None:
    """Take the room for the files of a worker, which its `place` among the workers names.

    They are mapped into memory: without it a full disk would be no error, but the worker's end.
    """
    for kind in ("counter", "histogram"):
        descriptor = os.open(folder / f"{kind}_{place}.db", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, _FILE_BYTES)
        finally:
            os.close(descriptor)


def _worker() -> str:
    return os.environ.get(WORKER_VARIABLE, "0")


def _route(request: falcon.Request) -> str:
    return request.uri_template or "none"
