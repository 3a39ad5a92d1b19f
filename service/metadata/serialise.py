"""From the frozen answer to what `json.dumps` takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from service.metadata.model import ImageMetadata
from service.metadata.values import Rational


def to_json(metadata: ImageMetadata) -> dict[str, Any]:
    """Give `metadata` as dictionaries and lists with camelCase keys; every key is always there.

    A rational is ``{"value": 0.008, "rational": [1, 125]}`` with a null value where the
    denominator is 0. Numbers that JSON does not know (infinity, not-a-number) are null.
    """
    answer: dict[str, Any] = _plain(metadata)
    return answer


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Rational):
        return {"value": value.value, "rational": [value.numerator, value.denominator]}
    return {key: _plain(getattr(value, name)) for name, key in _keys(value.__class__)}


@cache
def _keys(kind: type[object]) -> tuple[tuple[str, str], ...]:
    """Pair each field of the dataclass `kind` with its JSON key."""
    if not is_dataclass(kind):
        raise TypeError(f"no JSON form for {kind.__name__}")
    return tuple((field.name, _camel(field.name)) for field in fields(kind))


def _camel(name: str) -> str:
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(word.capitalize() for word in rest)
