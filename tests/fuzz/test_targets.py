"""The targets of fuzzing, without the fuzzer: on their seeds, and on what was once a crash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from service.metadata import extract
from service.metadata.draft import Draft
from tests.fuzz.seeds import make_seeds
from tests.fuzz.targets import TARGETS, check

HERE = Path(__file__).parent
CRASHERS = sorted((HERE / "crashers").glob("*-*"))


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_seeds(name: str) -> None:
    for data in make_seeds()[name]:
        TARGETS[name](data)


def test_what_was_a_crash_is_none() -> None:
    for path in CRASHERS:
        TARGETS[path.name.partition("-")[0]](path.read_bytes())


def test_every_target_has_seeds() -> None:
    assert set(make_seeds()) == set(TARGETS)


def test_a_fault_that_extract_survives_is_a_crash() -> None:
    """A parser's fault is a warning for a service, and must be none for the fuzzer."""
    metadata = extract(make_seeds()["png"][0])
    check(metadata)
    draft = Draft(size=1)
    draft.warn("parser-fault", "the rest could not be read")
    with pytest.raises(AssertionError):
        check(replace(metadata, warnings=tuple(draft.warnings)))
