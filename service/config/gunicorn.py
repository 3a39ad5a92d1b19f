"""gunicorn's settings (https://docs.gunicorn.org/en/stable/settings.html)."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from service.expiry import start_expiry
from service.metrics import FOLDER_VARIABLE, WORKER_VARIABLE, reserve_files
from service.processors import count_workers
from service.settings import load_settings

# Loopback: nginx alone can reach it.
bind = "127.0.0.1:8000"
wsgi_app = "service.wsgi:load_app()"

# Loaded once, before the fork: shared memory, one schema change, and a wrong setting ends it all.
preload_app = True
workers = count_workers()
worker_class = "service.worker.ProblemWorker"
threads = 8
# What a worker has accepted no other can take: few enough that all have work.
worker_connections = 2 * threads
worker_tmp_dir = "/tmp"  # noqa: S108 - the one place that a read-only container can write
control_socket_disable = True

# A worker makes room for a new one after this many requests, each after another number, so that
# memory lost in a library comes back. It answers what it has accepted; others take what comes.
max_requests = 20_000
max_requests_jitter = 5_000

# As long as nginx lets it be.
limit_request_line = 8190

# nginx has read a request in full before it arrives here, and has ended before this is told to.
timeout = 30
graceful_timeout = 1  # below GUNICORN_GRACE in service/supervise.py
keepalive = 0

# nginx writes the access log.
accesslog = None
errorlog = "-"
loglevel = "info"

# What the workers share: their metrics, and the lock of the one that drops what is too old.
_SHARED = Path(os.environ.setdefault(FOLDER_VARIABLE, tempfile.mkdtemp(prefix="imgmeta-")))


def on_starting(_server: Any) -> None:
    """Take the room for what the workers count."""
    for place in range(workers):
        reserve_files(_SHARED, place)


def pre_fork(server: Any, worker: Any) -> None:
    """Give a worker the first place that is free, which names its metrics."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = min(set(range(len(taken) + 1)) - taken)


def post_fork(_server: Any, worker: Any) -> None:
    """Tell the worker its place."""
    os.environ[WORKER_VARIABLE] = str(worker.place)


def post_worker_init(_worker: Any) -> None:
    """Let the worker take its turn in dropping what is too old."""
    start_expiry(load_settings(os.environ), lock=_SHARED / "expiry.lock")


def on_exit(_server: Any) -> None:
    """Leave nothing behind."""
    shutil.rmtree(_SHARED, ignore_errors=True)
