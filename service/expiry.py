"""Results and records are dropped after IMGMETA_KEEP_DAYS: once an hour, by one worker."""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.settings import Settings
from service.store import open_store
from service.store.protocol import Store, StoreUnavailableError

_SECONDS = 3600
_LOG = logging.getLogger("gunicorn.error")


def start_expiry(settings: Settings, *, lock: Path) -> None:
    """Start a thread that drops what is too old whenever it is this process's turn.

    It is the turn of whichever process holds `lock`; when that ends, of another one.
    """
    store = open_store(settings.store, full_sync=settings.store_sync_full)
    arguments = (store, settings.keep_days, lock)
    threading.Thread(target=_expire_for_ever, args=arguments, daemon=True).start()


def _expire_for_ever(store: Store, keep_days: int, lock: Path) -> None:
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        while True:
            expire(store, keep_days=keep_days, now=datetime.now(UTC))
            time.sleep(_SECONDS)


def expire(store: Store, *, keep_days: int, now: datetime) -> None:
    """Drop what was received more than `keep_days` before `now`; log what became of it."""
    try:
        dropped = store.expire(now - timedelta(days=keep_days))
    except StoreUnavailableError as error:
        _LOG.error("expiry: store unavailable, next try in an hour: %s", error)
        return
    if dropped:
        _LOG.info("expiry: dropped %d results and records", dropped)
