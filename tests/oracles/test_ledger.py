"""The table's rules, which need no oracle: what is listed, what is stale, the document."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.oracles.compare import Disagreement, agree, compare
from tests.oracles.ledger import (
    DOCUMENT,
    NAMES,
    Row,
    propose,
    read_ledger,
    stale,
    unlisted,
    write_document,
)

FOUND = Disagreement("made/a.webp", "image.width", "libvips", "10", "11")
ROW = Row("libvips", ("made/*.webp",), ("image.width",), "10", "*", "RFC 9649, 2.5", "why")


def test_a_row_lists_what_its_patterns_meet() -> None:
    assert unlisted([FOUND], [ROW]) == []
    assert unlisted([replace(FOUND, theirs="12")], [ROW]) != []
    assert unlisted([replace(FOUND, oracle="pillow")], [ROW]) != []


def test_what_no_longer_occurs_is_stale() -> None:
    assert stale([FOUND], [ROW]) == []
    assert len(stale([], [ROW])) == 2
    more = replace(ROW, facts=("image.width", "image.height"))
    assert stale([FOUND], [more]) == ["libvips: image.height of ['made/*.webp']"]


def test_the_proposed_row_lists_the_disagreement() -> None:
    import tomllib

    (raw,) = tomllib.loads(propose(FOUND))["row"]
    row = Row(**{**raw, "files": tuple(raw["files"]), "facts": tuple(raw["facts"])})
    assert row.covers(FOUND)


@pytest.mark.parametrize(
    ("theirs", "ours", "same"),
    [
        (8, (8, 8, 8), True),
        (8, (5, 6, 5), False),
        ((8,), (8, 8), False),
        (0.33333, 1 / 3, True),
        ("2024:05:06 07:08:09", "2024-05-06T07:08:09", True),
        ("72/1", 72, True),
        ("a", None, False),
        ("", None, True),
    ],
)
def test_values_are_one_but_for_rounding_and_spelling(
    theirs: object, ours: object, same: bool
) -> None:
    assert agree(theirs, ours) is same  # type: ignore[arg-type]


def test_what_an_oracle_does_not_say_is_no_disagreement() -> None:
    assert compare("a", "libvips", theirs={"image.width": None}, ours={"image.width": 3}) == []
    (one,) = compare("a", "libvips", theirs={"image.width": 3}, ours={})
    assert (one.theirs, one.ours) == ("3", "nothing")


def test_each_row_names_its_clause_and_reason() -> None:
    ledger = read_ledger()
    assert set(ledger.versions) == set(NAMES)
    for row in ledger.rows:
        assert row.clause and row.reason and row.oracle in NAMES, row


def test_the_document_is_made_of_the_table() -> None:
    made = write_document(read_ledger())
    assert DOCUMENT.read_text() == made, "run python -m tests.oracles.ledger"
    assert all("|" not in line for line in made.splitlines()), "no table: it must fit a phone"
