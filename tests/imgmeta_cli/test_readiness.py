from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat

import pytest

from imgmeta_cli.aws import InstanceView
from imgmeta_cli.errors import NotReadyError
from imgmeta_cli.readiness import (
    PORT,
    RUNGS,
    Answer,
    Sight,
    SlotFailedError,
    Standing,
    fetch_ready,
    judge,
    require_answer,
    wait_ready,
)
from tests.imgmeta_cli.helpers import Reply, serving

DIGEST = "sha256:1"
# Nobody else's server is at this address of the loopback.
ADDRESS = "127.88.0.1"
BOOT = "[    3.1] kernel: hello\nimgmeta: cloud-init started\n"
PULLED = BOOT + "imgmeta: docker ready\nimgmeta: pulled sha256:1\r\n"
STARTED = PULLED + "imgmeta: container started sha256:1\n"
ANSWERS = STARTED + "imgmeta: service answers\n"
LOG = "imgmeta| first\nimgmeta| \nimgmeta|last\nimgmeta: end of log\n"
EXITED = STARTED + "imgmeta: container exited code=3\n" + LOG
SILENT = Answer(0)


def see(console: str, *, state: str = "running", reason: str = "") -> Sight:
    """An instance that does not answer, seen by EC2 alone."""
    return Sight(InstanceView(state, reason, console), SILENT)


@pytest.mark.parametrize(
    ("state", "console", "answer", "climbed"),
    [
        ("unknown", "", SILENT, 0),
        ("pending", "", SILENT, 0),
        ("running", "", SILENT, 1),
        ("running", BOOT, SILENT, 1),
        ("running", BOOT + "imgmeta: docker ready\n", SILENT, 2),
        ("running", PULLED, SILENT, 2),
        ("running", STARTED, SILENT, 3),
        ("running", ANSWERS, SILENT, 4),
        ("running", EXITED.removesuffix("imgmeta: end of log\n"), SILENT, 3),
        ("running", "", Answer(503), 4),
        ("running", "", Answer(502), 4),
        ("running", "", Answer(200, DIGEST), 5),
        ("running", EXITED, Answer(200, DIGEST), 5),
    ],
)
def test_climbs(state: str, console: str, answer: Answer, climbed: int) -> None:
    standing = judge(Sight(InstanceView(state, "", console), answer), DIGEST)
    assert standing == Standing(climbed)
    assert standing.ready is (climbed == len(RUNGS))


@pytest.mark.parametrize(
    ("sight", "climbed", "words"),
    [
        (see("", state="terminated", reason="Client.VolumeLimitExceeded"), 0, "VolumeLimitExc"),
        (see(PULLED, state="stopped"), 2, "is stopped: no reason given"),
        (see(BOOT + "imgmeta: failed pull: denied\n"), 1, "failed pull: denied"),
        (see(EXITED), 3, "exited with code 3"),
        (
            see(STARTED + "imgmeta: container exited\nimgmeta: end of log\n"),
            3,
            "exited with code unknown",
        ),
        (Sight(InstanceView("running", "", ""), Answer(200, "sha256:2")), 4, "runs sha256:2, not"),
        (Sight(InstanceView("running", "", ""), Answer(200)), 4, "an unknown image"),
    ],
)
def test_fails_early_with_the_reason(sight: Sight, climbed: int, words: str) -> None:
    standing = judge(sight, DIGEST)
    assert standing.climbed == climbed
    assert words in standing.failure
    assert not standing.ready


def wait(sights: Iterator[Sight], deadline_s: float = 60.0) -> list[Standing]:
    """Wait over `sights`; return what was reported."""
    seen: list[Standing] = []
    wait_ready(
        lambda: next(sights), digest=DIGEST, deadline_s=deadline_s, report=seen.append, pause_s=0.0
    )
    return seen


def test_waits_to_the_top_and_reports_each_look() -> None:
    top = Sight(InstanceView("running", "", ANSWERS), Answer(200, DIGEST))
    seen = wait(iter([see("", state="pending"), see(BOOT), see(STARTED), top]))
    assert [standing.climbed for standing in seen] == [0, 1, 3, 5]


def test_a_dead_container_ends_the_wait_with_its_last_lines() -> None:
    with pytest.raises(SlotFailedError, match="container exited with code 3") as caught:
        wait(iter([see(STARTED), see(EXITED)]))
    assert caught.value.log == ("first", "", "last")
    assert caught.value.console == EXITED


def test_a_dead_container_is_waited_for_until_its_log_is_there() -> None:
    cut = EXITED.partition("imgmeta: end of log")[0]
    assert judge(see(cut), DIGEST).failure == ""


@pytest.mark.parametrize(
    ("console", "missing", "hint"),
    [(STARTED, "nginx", "console"), (ANSWERS, "digest", "--allow-cidr")],
)
def test_silence_ends_with_the_rung_that_is_missing(console: str, missing: str, hint: str) -> None:
    with pytest.raises(SlotFailedError, match=f"missing: {missing}") as caught:
        wait(repeat(see(console)), deadline_s=0.0)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (Reply(200, b'{"status": "ready", "imageDigest": "sha256:1"}'), Answer(200, DIGEST)),
        (Reply(200, b'{"status": "ready", "imageDigest": null}'), Answer(200)),
        (Reply(200, b"<html>"), Answer(200)),
        (Reply(200, b'"text"'), Answer(200)),
        (Reply(200, b"\xff\xfe"), Answer(200)),
        (Reply(200, b""), Answer(200)),
        (Reply(200, b"[1]"), Answer(200)),
        (Reply(502, b"<html>"), Answer(502)),
        (Reply(503, b'{"title": "store"}'), Answer(503)),
    ],
)
def test_reads_what_comes_back(reply: Reply, answer: Answer) -> None:
    with serving(lambda method, path: reply, host=ADDRESS, port=PORT):
        assert fetch_ready(ADDRESS) == answer


def test_an_address_where_nothing_listens_is_status_0() -> None:
    assert fetch_ready(ADDRESS, timeout_s=1.0) == SILENT


def test_the_address_is_asked_until_it_serves_the_digest() -> None:
    bodies = iter([b'{"imageDigest": "sha256:0"}', b'{"imageDigest": "sha256:1"}'])
    answer: Callable[[str, str], Reply] = lambda method, path: Reply(200, next(bodies))  # noqa: E731
    with serving(answer, host=ADDRESS, port=PORT):
        require_answer(ADDRESS, digest=DIGEST, deadline_s=10)
    with pytest.raises(NotReadyError, match="does not serve the new version"):
        require_answer(ADDRESS, digest=DIGEST, deadline_s=0)
