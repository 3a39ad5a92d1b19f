"""Process 1 of the container: gunicorn and nginx start, live and end together.

Exit codes: 0 after SIGTERM or SIGINT, 78 for a wrong setting, else that of the one that ended
by itself, and 1 if it ended well.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from service.bodyfile import BODY_FOLDER, sweep
from service.nginxconf import write_nginx_conf
from service.processors import count_workers
from service.settings import SettingsError, load_settings

CONFIG = Path(__file__).parent / "config"
GUNICORN = (sys.executable, "-m", "gunicorn", "--config", str(CONFIG / "gunicorn.py"))
NGINX = (
    *("/usr/sbin/nginx", "-e", "stderr", "-c", str(CONFIG / "nginx.conf")),
    *("-g", f"worker_processes {count_workers()};"),
)
# nginx.conf includes it.
NGINX_SETTINGS = Path("/tmp/imgmeta-nginx.conf")  # noqa: S108 - the container's own

# Seconds; together well below the 5 that a stop may take. nginx closes what is left after its
# worker_shutdown_timeout, and gunicorn after its graceful_timeout.
NGINX_GRACE = 2.8
GUNICORN_GRACE = 1.2
_STOPS = {signal.SIGTERM, signal.SIGINT}
_WATCHED = {*_STOPS, signal.SIGCHLD}
_SWEEP_SECONDS = 60.0


def main() -> int:
    """Run both until one ends or a signal says so. Returns the exit code."""
    try:
        NGINX_SETTINGS.write_text(write_nginx_conf(load_settings(os.environ)))
    except SettingsError as error:
        print(f"imgmeta: {error}", file=sys.stderr)
        return os.EX_CONFIG
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    gunicorn, nginx = start(GUNICORN), start(NGINX)
    ended: dict[int, int] = {}
    code = wait({gunicorn: "gunicorn", nginx: "nginx"}, ended)
    # nginx first: it answers with gunicorn's help what it has received in full.
    stop(nginx, ended, number=signal.SIGQUIT, grace=NGINX_GRACE)
    stop(gunicorn, ended, number=signal.SIGTERM, grace=GUNICORN_GRACE)
    return code


def start(command: tuple[str, ...]) -> int:
    """Start `command` with no signal blocked. Returns its process id."""
    return os.posix_spawn(command[0], command, os.environ, setsigmask=())


def wait(names: Mapping[int, str], ended: dict[int, int]) -> int:
    """Wait for a signal to stop or the end of a process of `names`. Returns our exit code."""
    while True:
        caught = signal.sigtimedwait(_WATCHED, _SWEEP_SECONDS)
        if caught is not None and caught.si_signo in _STOPS:
            return 0
        sweep(BODY_FOLDER)
        reap(ended)
        for pid in names.keys() & ended.keys():
            print(f"imgmeta: {names[pid]} ended with code {ended[pid]}", file=sys.stderr)
            # A process that a signal ended has a negative code.
            return max(1, ended[pid])


def reap(ended: dict[int, int]) -> None:
    """Add the exit code of every process that has ended, orphans of others too, to `ended`."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        ended[pid] = os.waitstatus_to_exitcode(status)


def stop(pid: int, ended: dict[int, int], *, number: signal.Signals, grace: float) -> None:
    """Send signal `number` to `pid`, and SIGKILL if it lives after `grace` seconds."""
    deadline = time.monotonic() + grace
    reap(ended)
    if pid not in ended:
        os.kill(pid, number)
    while pid not in ended:
        left = deadline - time.monotonic()
        if left <= 0:
            os.kill(pid, signal.SIGKILL)
            return
        signal.sigtimedwait({signal.SIGCHLD}, left)
        reap(ended)


if __name__ == "__main__":
    sys.exit(main())
