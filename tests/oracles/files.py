"""The test set: every file that our other tests build, and what the encoders at hand make."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.images import test_images
from tests.oracles.asking import ADVICE
from tests.oracles.sources import make_sources
from tests.oracles.tagged import write_tagged

_RECIPES: Final = Path(__file__).with_name("recipes.txt")
_NOT_IMAGES: Final = frozenset({".icc", ".yuv"})


def make_files(folder: Path) -> list[Path]:
    """Write the test set into `folder`; give the paths of its files, sorted."""
    made = folder / "made"
    made.mkdir()
    make_sources(made)
    for line in _RECIPES.read_text().splitlines():
        if line and not line.startswith("#"):
            name, command = line.split(": ", 1)
            encode(name, shlex.split(command.replace("{}", name)), made)
    write_tagged(made)
    _cut(made, folder / "cut")
    by_hand = folder / "by-hand"
    by_hand.mkdir()
    for name, data in test_images().items():
        (by_hand / name).write_bytes(data)
    return sorted(_images(folder))


def _cut(made: Path, folder: Path) -> None:
    """Write what is left of each tagged file after half and nine tenths of it."""
    folder.mkdir()
    for path in made.glob("tagged*"):
        data = path.read_bytes()
        for tenths in (5, 9):
            (folder / f"{tenths}-{path.name}").write_bytes(data[: len(data) * tenths // 10])


def encode(name: str, command: list[str], folder: Path) -> None:
    """Run an encoder. Raises RuntimeError, with its own words, where it made no file."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    except FileNotFoundError as error:
        raise RuntimeError(f"{command[0]} is not there: {ADVICE}") from error
    target = folder / name
    if not target.exists() and done.stdout:
        target.write_bytes(done.stdout)
    if not target.exists():
        raise RuntimeError(f"{shlex.join(command)}: {done.stderr.decode(errors='replace').strip()}")


def _images(folder: Path) -> Iterable[Path]:
    return (p for p in folder.rglob("*") if p.is_file() and p.suffix not in _NOT_IMAGES)
