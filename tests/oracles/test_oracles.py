"""Other readers are asked about the test set; each disagreement is in the table, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.oracles.asking import ask_all, read_versions
from tests.oracles.compare import Disagreement, compare
from tests.oracles.exiftool_facts import read_exiftool
from tests.oracles.exiv2_facts import read_exiv2
from tests.oracles.files import make_files
from tests.oracles.ledger import propose, read_ledger, stale, unlisted
from tests.oracles.our_facts import Facts, read_ours
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


ALL = {".jpg", ".png", ".gif", ".webp", ".tif", ".bmp", ".avif"}
FORMATS = {
    "exiftool": ALL | {".heic", ".jxl", ".jp2", ".ico", ".psd"},
    "libvips": ALL | {".heic", ".jxl", ".jp2", ".ico", ".psd", ".svg"},
    "imagemagick": ALL | {".heic", ".jp2", ".ico", ".psd"},
    "pillow": ALL | {".jp2", ".ico"},
    "exiv2": {".jpg", ".png", ".webp", ".tif", ".avif", ".heic", ".jxl", ".jp2"},
    "tifffile": {".tif"},
}


@dataclass(frozen=True)
class Answers:
    """What the oracles say of the files below `folder`, by oracle and by path; and what we say."""

    folder: Path
    theirs: Mapping[str, Mapping[Path, Facts]]
    ours: Mapping[Path, Facts]

    def disagreements(self) -> list[Disagreement]:
        """Every fact that an oracle tells otherwise."""
        return [
            one
            for oracle, by_path in self.theirs.items()
            for path, facts in by_path.items()
            for one in compare(
                path.relative_to(self.folder).as_posix(),
                oracle,
                theirs=facts,
                ours=self.ours[path],
            )
        ]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """The answers over the test set, each oracle asked once."""
    folder = tmp_path_factory.mktemp("files")
    files = make_files(folder)
    theirs = {
        oracle: {path: READERS[oracle](raw) for path, raw in by_path.items()}
        for oracle, by_path in ask_all(files).items()
    }
    return Answers(folder, theirs, {path: read_ours(path) for path in files})


@pytest.fixture(scope="module")
def found(answers: Answers) -> list[Disagreement]:
    """Every disagreement over the test set."""
    return answers.disagreements()


def test_the_oracles_are_those_of_the_table() -> None:
    known = read_ledger().versions
    assert read_versions() == known, "renew the [versions] of the table, and look at each row"


def test_each_disagreement_is_listed(found: list[Disagreement]) -> None:
    missing = unlisted(found, read_ledger().rows)
    assert not missing, "mend the reader, or list:\n\n" + "\n\n".join(map(propose, missing))


def test_each_listed_disagreement_occurs(found: list[Disagreement]) -> None:
    assert stale(found, read_ledger().rows) == []


@pytest.mark.parametrize("oracle", READERS)
def test_an_oracle_answers_for_its_formats(answers: Answers, oracle: str) -> None:
    """One that reads nothing would agree with everything."""
    told = {path.suffix for path, facts in answers.theirs[oracle].items() if facts}
    assert FORMATS[oracle] <= told
