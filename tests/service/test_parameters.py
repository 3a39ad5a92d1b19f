from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from service import parameters
from service.fields import GROUPS, parse_fields, present


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00.5+02:00", datetime(2026, 1, 31, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-01-31T12:00:00 02:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        (
            "2026-01-31T12:00:00-00:30",
            datetime(2026, 1, 31, 12, tzinfo=timezone(-timedelta(minutes=30))),
        ),
    ],
)
def test_a_time_is_read(text: str, time: datetime) -> None:
    assert parameters.read_time(text) == time


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (parameters.read_time, ""),
        (parameters.read_time, "yesterday"),
        (parameters.read_time, "2026-01-31T12:00:00"),
        (parameters.read_time, "0001-01-01T00:00:00+23:00"),
        (parameters.read_limit, "0"),
        (parameters.read_limit, "501"),
        (parameters.read_limit, "-1"),
        (parameters.read_limit, "٣"),
        (parameters.read_limit, "1" * 5000),
        (parameters.read_status, "20"),
        (parameters.read_status, "abc"),
        (parameters.read_status, "600"),
        (parameters.read_address, "localhost"),
        (parameters.read_sha256, "A" * 64),
        (parameters.read_sha256, "0" * 64 + "\n"),
        (parameters.read_format, "jpeg;"),
        (parameters.read_method, "post"),
        (parameters.read_path, "api"),
        (parameters.read_path, "/\0"),
        (parse_fields, ""),
        (parse_fields, "image,"),
        (parse_fields, "schemaVersion"),
    ],
)
def test_what_cannot_be_read_is_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError, match=r"^\w"):
        read(text)


def test_an_address_is_read_as_records_have_it() -> None:
    assert parameters.read_address("2001:DB8::0001") == "2001:db8::1"


def test_every_group_can_be_asked_for() -> None:
    assert parse_fields(",".join(GROUPS)) == frozenset(GROUPS)
    assert parse_fields(None) is None


def test_an_answer_begins_with_its_id() -> None:
    document = '{"schemaVersion":"1","file":{},"image":{}}'
    assert present("ab", document, None) == '{"id":"ab","schemaVersion":"1","file":{},"image":{}}'
    chosen = present("ab", document, frozenset({"image"}))
    assert chosen == '{"id": "ab", "schemaVersion": "1", "image": {}}'
