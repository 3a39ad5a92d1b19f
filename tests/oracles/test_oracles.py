"""Other readers are asked about the test set; each disagreement is in the table, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracles.asking import ask_all, read_versions
from tests.oracles.compare import Disagreement, compare
from tests.oracles.exiftool_facts import read_exiftool
from tests.oracles.exiv2_facts import read_exiv2
from tests.oracles.files import make_files
from tests.oracles.ledger import propose, read_ledger, stale, unlisted
from tests.oracles.our_facts import read_ours
from tests.oracles.picture_facts import (
    read_imagemagick,
    read_libvips,
    read_pillow,
    read_tifffile,
)

pytestmark = pytest.mark.oracle

READERS = {
    "exiftool": read_exiftool,
    "libvips": read_libvips,
    "imagemagick": read_imagemagick,
    "pillow": read_pillow,
    "exiv2": read_exiv2,
    "tifffile": read_tifffile,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Disagreement]:
    """Every disagreement over the test set."""
    folder = tmp_path_factory.mktemp("files")
    files = make_files(folder)
    answers = ask_all(files)
    ours = {path: read_ours(path) for path in files}
    return [
        one
        for oracle, by_path in answers.items()
        for path, raw in by_path.items()
        for one in compare(
            path.relative_to(folder).as_posix(),
            oracle,
            theirs=READERS[oracle](raw),
            ours=ours[path],
        )
    ]


def test_the_oracles_are_those_of_the_table() -> None:
    known = read_ledger().versions
    assert read_versions() == known, "renew the [versions] of the table, and look at each row"


def test_each_disagreement_is_listed(found: list[Disagreement]) -> None:
    missing = unlisted(found, read_ledger().rows)
    assert not missing, "mend the reader, or list:\n\n" + "\n\n".join(map(propose, missing))


def test_each_listed_disagreement_occurs(found: list[Disagreement]) -> None:
    assert stale(found, read_ledger().rows) == []


def test_the_oracles_answer(found: list[Disagreement], tmp_path: Path) -> None:
    """An oracle that reads nothing would agree with everything."""
    assert {one.oracle for one in found} >= set(READERS) - {"tifffile"}
