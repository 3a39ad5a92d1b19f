"""The table of known disagreements, and the document made of it.

`python -m tests.oracles.ledger` writes docs/disagreements.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from tests.oracles.compare import Disagreement

TABLE: Final = Path(__file__).with_name("disagreements.toml")
DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "disagreements.md"
NAMES: Final = {
    "exiftool": "ExifTool", "libvips": "libvips", "imagemagick": "ImageMagick",
    "pillow": "Pillow", "exiv2": "Exiv2", "tifffile": "tifffile",
}  # fmt: skip
_HEAD: Final = """\
# Where other readers say something else

`make oracles` asks six other readers about the files of a test set, made by the encoders of
Debian and byte by byte, and compares their answers with ours. Where they differ, a standard
decides. Every difference is listed here: one that is not, or that no longer occurs, fails the
build. Facts are named as in the JSON answer, files as in the test set.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A known disagreement. Files, facts and values are shell patterns; files are paths below the
    test set's folder.
    """

    oracle: str
    files: tuple[str, ...]
    facts: tuple[str, ...]
    theirs: str
    ours: str
    clause: str
    reason: str

    def covers(self, found: Disagreement) -> bool:
        """Tell whether this row lists `found`."""
        return (
            self.oracle == found.oracle
            and any(fnmatchcase(found.file, pattern) for pattern in self.files)
            and any(fnmatchcase(found.fact, pattern) for pattern in self.facts)
            and fnmatchcase(found.theirs, self.theirs)
            and fnmatchcase(found.ours, self.ours)
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """The versions of the oracles that the table was made with, and its rows."""

    versions: Mapping[str, str]
    rows: tuple[Row, ...]


def read_ledger(path: Path = TABLE) -> Ledger:
    """Read the table. Raises TypeError for a row that lacks a field or has one too many."""
    raw = tomllib.loads(path.read_text())
    rows = tuple(
        Row(**{**row, "files": tuple(row["files"]), "facts": tuple(row["facts"])})
        for row in raw["row"]
    )
    return Ledger(raw["versions"], rows)


def unlisted(found: Iterable[Disagreement], rows: Iterable[Row]) -> list[Disagreement]:
    """Give the disagreements that no row lists."""
    known = tuple(rows)
    return [one for one in found if not any(row.covers(one) for row in known)]


def stale(found: Iterable[Disagreement], rows: Iterable[Row]) -> list[str]:
    """Name what no longer occurs: a row's patterns of files and facts that meet nothing."""
    seen = tuple(found)
    gone = []
    for row in rows:
        met = [one for one in seen if row.covers(one)]
        gone += [
            f"{row.oracle}: {pattern} in {list(row.facts)}"
            for pattern in row.files
            if not any(fnmatchcase(one.file, pattern) for one in met)
        ]
        gone += [
            f"{row.oracle}: {pattern} of {list(row.files)}"
            for pattern in row.facts
            if not any(fnmatchcase(one.fact, pattern) for one in met)
        ]
    return gone


def propose(found: Disagreement) -> str:
    """Give a row for the table that lists `found`, its clause and reason to be filled in."""
    lines = (
        "[[row]]", f'oracle = "{found.oracle}"', f'files = ["{found.file}"]',
        f'facts = ["{found.fact}"]', f'theirs = "{found.theirs}"', f'ours = "{found.ours}"',
        'clause = ""', 'reason = ""',
    )  # fmt: skip
    return "\n".join(lines)


def write_document(ledger: Ledger) -> str:
    """Give the document: a section an oracle, an entry a row; no wide table, for small screens."""
    parts = [_HEAD]
    for oracle, name in NAMES.items():
        rows = [row for row in ledger.rows if row.oracle == oracle]
        parts.append(f"\n## {name} {ledger.versions[oracle]}\n")
        parts.append("".join(map(_describe, rows)) or "\nNo difference.\n")
    return "".join(parts)


def _describe(row: Row) -> str:
    facts = ", ".join(f"`{fact}`" for fact in row.facts)
    files = ", ".join(f"`{pattern}`" for pattern in row.files)
    theirs = "various" if row.theirs == "*" else f"`{row.theirs}`"
    ours = "various" if row.ours == "*" else f"`{row.ours}`"
    return (
        f"\n**{facts}**  \n{row.reason}  \n"
        f"it says: {theirs} · we say: {ours}  \n"
        f"decided by: {row.clause}  \n"
        f"files: {files}\n"
    )


if __name__ == "__main__":
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(write_document(read_ledger()))
