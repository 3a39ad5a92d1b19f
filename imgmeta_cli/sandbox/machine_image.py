"""The machine image, and what an engine must grant for Docker to run inside an instance."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from imgmeta_cli.errors import BuildError
from imgmeta_cli.sandbox.debian import Report

if TYPE_CHECKING:
    from docker import DockerClient

REPOSITORY = "imgmeta-sandbox-machine"
CONTEXT = Path(__file__).with_name("machine")
_COMMON = ("--tmpfs=/var/lib/docker:exec", "--security-opt=seccomp=unconfined")
_CAPABILITIES = ("SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "MKNOD")


def ensure_machine_image(client: DockerClient, *, base_id: str, report: Report) -> str:
    """Build the machine image unless it is there; returns its reference.

    The tag is a hash of the build context and of the base image's id, so a change of either builds
    anew.
    """
    from docker.errors import APIError
    from docker.errors import BuildError as DockerBuildError

    reference = f"{REPOSITORY}:{hash_context(CONTEXT, base_id=base_id)}"
    if client.images.list(reference):
        return reference
    report("building the machine image, which stands in for Debian's AMI: about a minute")
    try:
        client.images.build(
            path=str(CONTEXT),
            tag=reference,
            network_mode="host",
            rm=True,
            forcerm=True,
            platform="linux/amd64",
        )
    except (APIError, DockerBuildError) as error:
        raise BuildError(
            f"the machine image was not built: {error}", "see that apt-get works in a container"
        ) from error
    return reference


def hash_context(folder: Path, *, base_id: str) -> str:
    """Twelve hex digits that change with any file of `folder` and with the base image."""
    digest = hashlib.sha256(base_id.encode())
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def choose_flags(client: DockerClient, *, image: str, gateway: str, registry: str) -> str:
    """EC2_DOCKER_FLAGS for this engine: privileged if it can be, else the least that is enough.

    `gateway` and `registry` are HOST:PORT on the bridge. A machine without CAP_SYS_RESOURCE cannot
    start a privileged container.
    """
    told = (f"--env=IMGMETA_GATEWAY={gateway}", f"--env=IMGMETA_REGISTRY={registry}")
    if _can_be_privileged(client, image):
        return " ".join(("--privileged", *_COMMON, *told))
    granted = tuple(f"--cap-add={name}" for name in _CAPABILITIES)
    groups = ("--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw",)
    return " ".join((*granted, *groups, *_COMMON, *told))


def _can_be_privileged(client: DockerClient, image: str) -> bool:
    from docker.errors import APIError

    probe = client.containers.create(image, entrypoint="/bin/true", privileged=True)
    try:
        probe.start()
        return bool(probe.wait(timeout=30)["StatusCode"] == 0)
    except APIError:
        return False
    finally:
        probe.remove(force=True, v=True)
