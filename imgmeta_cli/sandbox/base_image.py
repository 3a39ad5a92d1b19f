"""The base image: pulled where a registry can be reached, else made from Debian's own packages."""

from __future__ import annotations

import platform
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from imgmeta_cli import process
from imgmeta_cli.errors import MissingToolError, SandboxError
from imgmeta_cli.sandbox import debian

if TYPE_CHECKING:
    from docker import DockerClient

REPOSITORY = "debian"
TAG = "bookworm-slim"
SUITE = "bookworm"
PLATFORM = "linux/amd64"
PULL_TIMEOUT_S = 20
_BUNDLE = "etc/ssl/certs/ca-certificates.crt"
# As the -slim images leave them out.
_LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt", "var/lib/apt")


def ensure_base_image(client: DockerClient, *, report: debian.Report) -> None:
    """See that debian:bookworm-slim is in the engine."""
    if client.images.list(f"{REPOSITORY}:{TAG}"):
        return
    report(f"pulling {REPOSITORY}:{TAG}: every image here is built on it")
    if _pull(client):
        return
    if not debian.is_root_on_debian():
        raise MissingToolError(
            f"{REPOSITORY}:{TAG} cannot be pulled", "check the network, or run as root on Debian"
        )
    report(f"no registry reached: making {REPOSITORY}:{TAG} with debootstrap, about a minute")
    debian.install(("debootstrap",), purpose="making the base image", report=report)
    with tempfile.TemporaryDirectory(prefix="imgmeta-base-", dir="/var/tmp") as folder:
        root = Path(folder) / "root"
        _bootstrap(root)
        _trust_as_this_machine(root)
        _import(client, root, archive=Path(folder) / "root.tar")


def _pull(client: DockerClient) -> bool:
    """Whether the pull worked; it is given up once nothing was heard for a while."""
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    patience, client.api.timeout = client.api.timeout, PULL_TIMEOUT_S
    try:
        client.images.pull(REPOSITORY, tag=TAG, platform=PLATFORM)
    except (DockerException, RequestException):
        return False
    finally:
        client.api.timeout = patience
    return True


def _bootstrap(root: Path) -> None:
    if platform.machine() != "x86_64":
        raise MissingToolError(f"{PLATFORM} cannot be made here", "pull the base image instead")
    mirror = debian.read_mirror(SUITE)
    command = [debian.program("debootstrap"), "--variant=minbase", "--include=ca-certificates"]
    done = process.run([*command, SUITE, str(root), mirror])
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines()[-1:]
        raise SandboxError(f"debootstrap failed: {''.join(last)}", f"is {mirror} reachable?")
    for name in _LEFT_OUT:
        for path in (root / name).glob("*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _trust_as_this_machine(root: Path) -> None:
    """Builds fetch packages through the same network as this machine, so they trust alike."""
    bundle = Path("/") / _BUNDLE
    if bundle.is_file():
        shutil.copyfile(bundle, root / _BUNDLE)
    (root / "etc/pip.conf").write_text(f"[global]\ncert = /{_BUNDLE}\n")


def _import(client: DockerClient, root: Path, *, archive: Path) -> None:
    packed = process.run(["tar", "--numeric-owner", "-C", str(root), "-cf", str(archive), "."])
    if packed.returncode:
        raise SandboxError(f"tar failed: {packed.stderr.strip()}", "is the disk full?")
    client.api.import_image_from_file(str(archive), repository=REPOSITORY, tag=TAG)
