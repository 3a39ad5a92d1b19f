"""The servers that are compared: each with nginx before it."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.service.measure import members
from tests.e2e.stack import start as start_stack

HERE = Path(__file__).parent
PEERS = HERE / "peers"
OURS = "imgmeta"
WORKERS = len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Target:
    """A server. `command` starts it on the port that `{port}` stands for."""

    name: str
    command: tuple[str, ...] = ()
    folder: Path = PEERS
    method: str = "post"
    extra: str = ""


def list_targets(venv: Path) -> list[Target]:
    """Give all that can be started here; what is missing is said on standard error."""
    binaries = venv / "bin"
    targets = [
        Target(OURS),
        Target("FastAPI + Pillow", (str(binaries / "uvicorn"), "--port", "{port}", "--workers",
               str(WORKERS), "--no-access-log", "fastapi_pillow:app")),
        Target("fastify + sharp", ("node", "server.js", "{port}", str(WORKERS)),
               folder=PEERS / "fastify"),
        Target("thumbor /meta", (str(binaries / "thumbor"), "--ip", "127.0.0.1", "--port", "{port}",
               "--conf", "{folder}/thumbor.conf", "--processes", str(WORKERS)), method="get"),
        Target("limit: falcon", (str(binaries / "gunicorn"), "--bind", "127.0.0.1:{port}",
               "--workers", str(WORKERS), "--threads", "8", "falcon_constant:app")),
        Target("limit: nginx", extra='proxy_pass_request_body off; proxy_set_header '
               'Content-Length "";'),
    ]  # fmt: skip
    return [target for target in targets if _is_there(target)]


def _is_there(target: Target) -> bool:
    if not target.command or shutil.which(target.command[0]):
        return True
    print(f"left out: {target.name}: {target.command[0]} is not there", file=sys.stderr)
    return False


@contextmanager
def running(target: Target, folder: Path) -> Iterator[tuple[str, int]]:
    """Start `target` and nginx before it; give its URL and its first process; end them all."""
    scratch = Path(tempfile.mkdtemp(dir=folder))
    scratch.chmod(0o755)
    port = free_port()
    start = _start_ours if target.name == OURS else _start_peer
    process = start(target, scratch, port)
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        _end(process)
        shutil.rmtree(scratch, ignore_errors=True)


def _start_ours(_: Target, scratch: Path, port: int) -> subprocess.Popen[bytes]:
    return start_stack(scratch, {}, address=f"127.0.0.1:{port}")


def _start_peer(target: Target, scratch: Path, port: int) -> subprocess.Popen[bytes]:
    upstream, constant = free_port(), free_port()
    words = {"port": str(upstream), "folder": str(scratch)}
    (scratch / "thumbor.conf").write_text(
        f"LOADER = 'thumbor.loaders.file_loader'\nFILE_LOADER_ROOT_PATH = '{scratch.parent}'\n"
        "RESULT_STORAGE = None\nSTORAGE = 'thumbor.storages.no_storage'\n"
    )
    behind = f"127.0.0.1:{upstream if target.command else constant}"
    conf = scratch / "nginx.conf"
    conf.write_text(_fill_in(target, scratch, port, behind, constant))
    commands = [[word.format(**words) for word in target.command]] if target.command else []
    commands.append(["/usr/sbin/nginx", "-e", "stderr", "-c", str(conf)])
    script = "\n".join(f"{shlex.join(command)} &" for command in commands) + "\nwait"
    with (scratch / "server.log").open("wb") as log:
        return subprocess.Popen(
            ["/bin/sh", "-c", script], cwd=target.folder, stdout=subprocess.DEVNULL, stderr=log
        )


def _fill_in(target: Target, folder: Path, port: int, behind: str, constant: int) -> str:
    values = {"PORT": port, "UPSTREAM": behind, "SELF": constant, "FOLDER": folder,
              "WORKERS": WORKERS, "EXTRA": target.extra}  # fmt: skip
    text = (HERE / "peer_nginx.conf").read_text()
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def free_port() -> int:
    """Give a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until something other than 502 or 503 is answered."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status not in (502, 503):
                return
        except (OSError, HTTPException):
            pass  # not yet
        finally:
            connection.close()
        time.sleep(0.1)
    sys.exit("a server does not come up")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask every process of the server to end, and end what is there after 10 seconds."""
    pids = members(process.pid)
    _signal(pids, signal.SIGTERM)
    deadline = time.monotonic() + 10
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    _signal(pids, signal.SIGKILL)
    process.wait()


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
