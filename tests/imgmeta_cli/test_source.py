from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from imgmeta_cli.source import hash_source


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "service/app.py").write_text("other"),
        lambda folder: (folder / "service/app.py").rename(folder / "service/main.py"),
        lambda folder: (folder / "service/config/start.sh").chmod(0o755),
        lambda folder: (folder / "Dockerfile").write_text("FROM scratch"),
        lambda folder: (folder / ".dockerignore").unlink(),
        lambda folder: (folder / "service/new.py").touch(),
    ],
    ids=["content", "name", "x bit", "Dockerfile", "missing", "new"],
)
def test_the_hash_follows_what_goes_into_the_image(
    bundle: Path, change: Callable[[Path], object]
) -> None:
    before = hash_source(bundle)
    change(bundle)
    assert hash_source(bundle) != before


def test_the_hash_ignores_what_does_not_go_into_the_image(bundle: Path) -> None:
    before = hash_source(bundle)
    (bundle / "service/__pycache__").mkdir()
    (bundle / "service/__pycache__/app.pyc").write_bytes(b"\0")
    (bundle / "README.md").touch()
    (bundle / "service/app.py").touch()
    (bundle / "service/app.py").chmod(0o600)
    assert hash_source(bundle) == before


def test_the_hash_is_the_same_in_another_folder(bundle: Path) -> None:
    before = hash_source(bundle)
    elsewhere = bundle.parent / "__pycache__"
    assert hash_source(bundle.rename(elsewhere)) == before
