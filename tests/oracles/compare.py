"""Whether two readers say the same of a file, and the list of what they say differently."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.oracles.our_facts import Fact, Facts

_DATE = re.compile(r"\b(\d{4})[:-](\d\d)[:-](\d\d)(?:[T ](?=\d\d:))?")
_QUOTIENT = re.compile(r"^(-?\d+)/(-?\d+)$")


@dataclass(frozen=True, slots=True, order=True)
class Disagreement:
    """One fact of one file that an oracle tells otherwise; `theirs` and `ours` are as shown."""

    file: str
    fact: str
    oracle: str
    theirs: str
    ours: str


def compare(file: str, oracle: str, *, theirs: Facts, ours: Facts) -> list[Disagreement]:
    """List what differs among the facts that the oracle gives; what it does not give is no word."""
    return [
        Disagreement(file, fact, oracle, show(value), show(ours.get(fact)))
        for fact, value in sorted(theirs.items())
        if value is not None and value != () and not agree(value, ours.get(fact))
    ]


def agree(theirs: Fact, ours: Fact) -> bool:
    """Tell whether two values are one: numbers but for rounding, one number for all of a list."""
    if ours is None:
        return theirs in ("", (), None)
    mine, other = _tokens(ours), _tokens(theirs)
    if len(other) == 1 and len(mine) > 1 and not isinstance(theirs, tuple):
        other *= len(mine)
    return len(mine) == len(other) and all(map(_is_same, mine, other))


def _tokens(value: Fact) -> list[str]:
    if isinstance(value, tuple):
        return [token for item in value for token in _tokens(item)]
    return _DATE.sub(r"\1-\2-\3T", str(value)).split()


def _is_same(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        a, b = _number(one), _number(other)
    except (ValueError, ZeroDivisionError):
        return False
    return abs(a - b) <= 1e-5 * max(abs(a), abs(b)) + 1e-9


def _number(text: str) -> float:
    """Read a number, or the quotient that XMP writes for a rational (ISO 16684-2)."""
    match = _QUOTIENT.match(text)
    return int(match[1]) / int(match[2]) if match else float(text)


def show(value: Fact) -> str:
    """Give a value as a line of the table."""
    if value is None:
        return "nothing"
    if isinstance(value, tuple):
        return " ".join(map(show, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.7g}" if isinstance(value, float) else " ".join(str(value).split())
