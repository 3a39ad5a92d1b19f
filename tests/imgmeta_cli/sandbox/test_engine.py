"""Where the engine's files go, and which engine is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from imgmeta_cli.errors import MissingToolError
from imgmeta_cli.sandbox import debian, engine

LONGEST = 107  # unix(7)


def test_sockets_lie_below_a_short_home() -> None:
    files = engine.engine_files(Path("/srv/imgmeta"))
    assert files.run == Path("/srv/imgmeta/engine/run")
    assert files.host == "unix:///srv/imgmeta/engine/run/docker.sock"


@pytest.mark.parametrize("length", [30, 55, 60, 90, 200])
def test_no_socket_is_longer_than_the_kernel_takes(length: int) -> None:
    files = engine.engine_files(Path("/" + "x" * length))
    assert len(f"{files.run}/exec/containerd/containerd-debug.sock.ttrpc") <= LONGEST
    assert files.data == Path("/" + "x" * length) / "engine" / "data"


def test_two_homes_share_neither_bridge_nor_folder() -> None:
    one, other = (engine.engine_files(Path("/" + c * 120)) for c in "ab")
    assert one.bridge != other.bridge
    assert one.run != other.run
    assert len(one.bridge) <= 15


def test_an_engine_that_does_not_answer_is_none(tmp_path: Path) -> None:
    files = engine.engine_files(tmp_path)
    dead = f"unix://{tmp_path}/nothing.sock"
    assert engine.connect(dead) is None
    assert engine.find_host({"DOCKER_HOST": dead}, files=files) is None


def test_a_missing_program_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError) as caught:
        debian.program("debootstrap-that-is-nowhere")
    assert caught.value.hint == "install debootstrap-that-is-nowhere"
