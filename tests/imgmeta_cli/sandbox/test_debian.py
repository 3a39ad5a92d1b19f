"""Reading the machine's apt sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from imgmeta_cli.errors import MissingToolError
from imgmeta_cli.sandbox.debian import find_mirror, read_mirror

ONE_LINE = """
# deb http://commented.example.com/debian bookworm main
deb-src http://source.example.com/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example.com/debian bookworm main
"""
DEB822 = """Types: deb
# a comment inside
URIs: http://new.example.com/debian
Suites: bookworm bookworm-updates
Components: main

Enabled: no
Types: deb
URIs: http://off.example.com/debian
Suites: trixie
"""


@pytest.mark.parametrize(
    ("name", "text", "mirror"),
    [
        ("sources.list", ONE_LINE, "http://mirror.example.com/debian"),
        ("debian.sources", DEB822, "http://new.example.com/debian"),
        ("sources.list", DEB822, None),
        ("debian.sources", "Types: deb-src\nURIs: http://a.example.com\nSuites: bookworm", None),
    ],
)
def test_the_first_address_of_the_suite(name: str, text: str, mirror: str | None) -> None:
    assert find_mirror({name: text}, suite="bookworm") == mirror


def test_a_disabled_source_is_none() -> None:
    assert find_mirror({"debian.sources": DEB822}, suite="trixie") is None


def test_both_places_are_read(tmp_path: Path) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / "debian.sources").write_text(DEB822)
    (tmp_path / "sources.list.d" / "debian.sources.off").write_text(ONE_LINE)
    assert read_mirror("bookworm", sources=tmp_path) == "http://new.example.com/debian"


def test_no_source_is_an_error_that_says_where_to_put_one(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError) as caught:
        read_mirror("bookworm", sources=tmp_path)
    assert str(tmp_path) in caught.value.hint
