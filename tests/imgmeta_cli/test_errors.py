from __future__ import annotations

import inspect
import re

import pytest

from imgmeta_cli import errors
from imgmeta_cli.errors import ImgmetaError

CLASSES = [
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, ImgmetaError)
]
TREE = re.compile(r"^[ ├└│─]*(\w+) +(\d+)  ", re.MULTILINE)


def test_docstring_lists_every_class_with_its_exit_code() -> None:
    documented = {name: int(code) for name, code in TREE.findall(inspect.getdoc(errors) or "")}
    assert documented == {found.__name__: found.exit_code for found in CLASSES}


def test_exit_codes_are_unique_and_fit_into_a_byte() -> None:
    codes = [found.exit_code for found in CLASSES]
    assert len(set(codes)) == len(codes)
    assert all(0 < code < 256 for code in codes)


@pytest.mark.parametrize("found", CLASSES, ids=lambda found: str(found.__name__))
def test_every_error_carries_cause_and_fix(found: type[ImgmetaError]) -> None:
    error = found("the cause", "the fix")
    assert (str(error), error.message, error.hint) == ("the cause", "the cause", "the fix")
    assert found.__base__ in (ImgmetaError, Exception)
