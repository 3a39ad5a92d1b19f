"""The readiness ladder: instance, cloud-init, container, nginx, the right digest.

`judge` is pure: from what was seen it says how far an instance has come, or why it never will.
`wait_ready` looks until the top is reached, the instance has failed, or time is up. The lines that
user data writes to the console are listed in terraform/modules/ec2.
"""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from imgmeta_cli.aws import InstanceView
from imgmeta_cli.errors import NotReadyError

RUNGS = ("instance", "cloud-init", "container", "nginx", "digest")
PORT = 8888
_DEAD = {"shutting-down", "terminated", "stopping", "stopped"}
_MARK = re.compile(r"imgmeta: (.*?)\s*$", re.MULTILINE)
_LOG = re.compile(r"imgmeta\| ?(.*?)\s*$", re.MULTILINE)
_LOG_LINES = 20


@dataclass(frozen=True)
class Answer:
    """What came back from the service: HTTP status (0: nothing came) and the digest it named."""

    status: int
    digest: str = ""


@dataclass(frozen=True)
class Standing:
    """How far an instance has come: rungs climbed (0 to 5), and why it cannot go on, if so."""

    climbed: int
    failure: str = ""
    log: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether the top is reached."""
        return self.climbed == len(RUNGS)


@dataclass(frozen=True)
class Sight:
    """One look at an instance: EC2's view of it and the service's answer to GET /ready."""

    instance: InstanceView
    answer: Answer


class SlotFailedError(NotReadyError):
    """An instance will not come up; `console` is all that it said, `log` its container's end."""

    def __init__(self, message: str, hint: str, *, console: str, log: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint)
        self.console = console
        self.log = log


def judge(sight: Sight, digest: str) -> Standing:
    """Say how far the instance has come towards serving `digest`."""
    answer, instance = sight.answer, sight.instance
    if answer.status == 200 and answer.digest == digest:
        return Standing(5)
    marks = _MARK.findall(instance.console)
    failure = _find_failure(instance, marks)
    if failure:
        return Standing(_climbed(instance, marks), failure, _find_log(instance.console))
    if answer.status == 200:
        return Standing(4, f"it runs {answer.digest or 'an unknown image'}, not {digest}")
    return Standing(4 if answer.status else _climbed(instance, marks))


def wait_ready(
    look: Callable[[], Sight],
    *,
    digest: str,
    deadline_s: float,
    report: Callable[[Standing], None],
    pause_s: float = 2.0,
) -> None:
    """Look every `pause_s` seconds until the ladder is climbed.

    Raises SlotFailedError as soon as the instance has failed, or after `deadline_s` seconds.
    """
    end = time.monotonic() + deadline_s
    while True:
        sight = look()
        standing = judge(sight, digest)
        report(standing)
        if standing.ready:
            return
        if standing.failure:
            raise SlotFailedError(
                f"the new version did not start: {standing.failure}",
                "see its last lines above and the saved console; then deploy again",
                console=sight.instance.console,
                log=standing.log[-_LOG_LINES:],
            )
        if time.monotonic() > end:
            raise SlotFailedError(
                f"no answer from it in {deadline_s:.0f} s; missing: {RUNGS[standing.climbed]}",
                _hint_for_silence(sight.instance.console),
                console=sight.instance.console,
            )
        time.sleep(pause_s)


def fetch_ready(address: str, *, timeout_s: float = 4.0) -> Answer:
    """Ask http://ADDRESS:8888/ready; an address where nothing answers gives status 0."""
    connection = http.client.HTTPConnection(address, PORT, timeout=timeout_s)
    try:
        connection.request("GET", "/ready")
        response = connection.getresponse()
        body = json.loads(response.read(65536))
        return Answer(response.status, str(body.get("imageDigest") or ""))
    except (OSError, http.client.HTTPException):
        return Answer(0)
    except (ValueError, AttributeError):
        return Answer(response.status)
    finally:
        connection.close()


def require_answer(address: str, *, digest: str, deadline_s: float = 60.0) -> None:
    """Wait until `address` serves `digest`; raises NotReadyError if it does not in time."""
    end = time.monotonic() + deadline_s
    while fetch_ready(address) != Answer(200, digest):
        if time.monotonic() > end:
            raise NotReadyError(
                f"http://{address}:{PORT} does not serve the new version yet",
                "the move of an elastic IP can take a minute; run deploy again to look once more",
            )
        time.sleep(0.5)


def _find_failure(instance: InstanceView, marks: list[str]) -> str:
    if instance.state in _DEAD:
        return f"its instance is {instance.state}: {instance.reason or 'no reason given'}"
    for mark in marks:
        if mark.startswith("failed "):
            return mark
        # The log follows the exit; without its end there would be less to show.
        if mark.startswith("container exited") and "end of log" in marks:
            code = mark.partition("code=")[2]
            return f"its container exited with code {code or 'unknown'}"
    return ""


def _find_log(console: str) -> tuple[str, ...]:
    return tuple(_LOG.findall(console))


def _climbed(instance: InstanceView, marks: list[str]) -> int:
    if "service answers" in marks:
        return 4
    if any(mark.startswith("container started") for mark in marks):
        return 3
    if any(mark == "docker ready" or mark.startswith("pulled") for mark in marks):
        return 2
    return 1 if instance.state == "running" else 0


def _hint_for_silence(console: str) -> str:
    if "imgmeta: service answers" in console:
        return "it answers itself: does --allow-cidr let this machine in?"
    return "see the console that was saved"
