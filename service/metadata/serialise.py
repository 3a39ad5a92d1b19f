"""From the frozen answer to what `json.dumps` takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from json import JSONEncoder
from operator import attrgetter
from typing import Any, Final, TypeAlias

from service.metadata.model import ImageMetadata
from service.metadata.record import Record
from service.metadata.values import Rational

_Plan: TypeAlias = tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]
"""The JSON keys of a record, and what gives its values in the same order."""

_AS_IT_IS: Final = frozenset({type(None), bool, int, str})


def to_json(metadata: ImageMetadata) -> dict[str, Any]:
    """Give `metadata` as dictionaries and lists with camelCase keys; every key is always there.

    A rational is ``{"value": 0.008, "rational": [1, 125]}`` with a null value where the
    denominator is 0. Numbers that JSON does not know (infinity, not-a-number) are null.
    """
    return _plain_record(metadata)


def dump_json(
    metadata: ImageMetadata, before: Mapping[str, Any] | None = None, **style: Any
) -> str:
    """Give the text of `to_json(metadata)` behind the pairs of `before`, at half the cost.

    `style` are arguments of `json.JSONEncoder`: `indent`, `separators`, `ensure_ascii`.
    """
    exact: Any = {"allow_nan": False, "check_circular": False, **style}
    try:
        return JSONEncoder(default=_spread, **exact).encode({**(before or {}), **_spread(metadata)})
    except ValueError:  # it has a number that JSON does not know
        return JSONEncoder(**exact).encode({**(before or {}), **to_json(metadata)})


def _spread(record: Record) -> dict[str, Any]:
    """Give one record as a dictionary, whose values may be records."""
    if record.__class__ is Rational:
        return _plain_rational(record)
    keys, values = _plan(record.__class__)
    return dict(zip(keys, values(record), strict=True))


def _plain_rational(value: Any) -> dict[str, Any]:
    return {"value": value.value, "rational": [value.numerator, value.denominator]}


def _plain(value: Any) -> Any:
    if isinstance(value, Rational):
        return _plain_rational(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (tuple, list)):
        return [item if item.__class__ in _AS_IT_IS else _plain(item) for item in value]
    if isinstance(value, Mapping):
        return _plain_items(value.items())
    return _plain_record(value)


def _plain_record(record: Record) -> dict[str, Any]:
    keys, values = _plan(record.__class__)
    return _plain_items(zip(keys, values(record), strict=True))


def _plain_items(items: Any) -> dict[str, Any]:
    return {key: item if item.__class__ in _AS_IT_IS else _plain(item) for key, item in items}


@cache
def _plan(kind: type[Record]) -> _Plan:
    """Give the plan of a kind of record: every record of the answer has two fields or more."""
    names = kind.__match_args__
    return tuple(map(_camel, names)), attrgetter(*names)


def _camel(name: str) -> str:
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(word.capitalize() for word in rest)
