"""The request log in a bucket: its keys, and the way through them from the newest back.

PREFIX/requests/YYYY/MM/DD/YYYYMMDDTHHMMSS.mmmZ-REQUESTID.json

S3 lists keys in ascending order alone. So one goes back by folders, and where one holds more keys
than a listing, by the digits of the time: only what is needed is listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from service.store.s3 import Bucket
from service.store.times import format_time

REQUEST_ID = r"[0-9A-Za-z]+"
_KEY = re.compile(rf".*/\d{{8}}T\d{{6}}\.\d{{3}}Z-{REQUEST_ID}\.json")
_DAY_DEPTH = 3
# The largest digits of HHMMSS. Within a second the keys are listed to the end.
_LARGEST_DIGITS = "295959"
_DATE_LENGTH = len("YYYYMMDDT")


@dataclass(frozen=True)
class Span:
    """The part of the log that is wanted: keys from `first` on that come before `end`."""

    root: str
    first: str
    end: str

    def may_hold(self, prefix: str) -> bool:
        """Tell whether a key that begins with `prefix` can be wanted."""
        return self.first[: len(prefix)] <= prefix < self.end

    def holds(self, key: str) -> bool:
        """Tell whether `key` is wanted."""
        return self.first <= key < self.end and _KEY.fullmatch(key) is not None


def request_key(received_at: datetime, request_id: str) -> str:
    """Name the object of a request so that a listing is in order of time."""
    return f"{time_key(received_at)}-{request_id}.json"


def time_key(moment: datetime) -> str:
    """Give what the keys of all requests of this millisecond begin with."""
    timestamp = format_time(moment)
    compact = timestamp.replace("-", "").replace(":", "")
    return f"requests/{timestamp[:10].replace('-', '/')}/{compact}"


def walk_back(bucket: Bucket, span: Span) -> Iterator[str]:
    """Give the wanted keys from the last to the first. Raises StoreUnavailableError."""
    for day in _folders_back(bucket, span, span.root, _DAY_DEPTH):
        date = day.removeprefix(span.root).replace("/", "")
        yield from _keys_back(bucket, span, day, f"{date}T")


def _folders_back(bucket: Bucket, span: Span, folder: str, depth: int) -> Iterator[str]:
    if depth == 0:
        yield folder
        return
    for inner in reversed(bucket.list_folders(folder)):
        if span.may_hold(inner):
            yield from _folders_back(bucket, span, inner, depth - 1)


def _keys_back(bucket: Bucket, span: Span, day: str, time: str) -> Iterator[str]:
    """Give the keys in the folder `day` whose time begins with `time`."""
    listing = bucket.list_keys(day + time)
    known = len(time) - _DATE_LENGTH
    if listing.truncated and known < len(_LARGEST_DIGITS):
        for digit in range(int(_LARGEST_DIGITS[known]), -1, -1):
            if span.may_hold(f"{day}{time}{digit}"):
                yield from _keys_back(bucket, span, day, f"{time}{digit}")
        return
    keys = list(listing.keys)
    while listing.truncated:
        listing = bucket.list_keys(day + time, after=keys[-1])
        keys += listing.keys
    yield from (key for key in reversed(keys) if span.holds(key))
