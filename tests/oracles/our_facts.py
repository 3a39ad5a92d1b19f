"""What our reader says of a file, as facts: the paths of the answer's JSON, and plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from service.metadata import MetadataError, extract, to_json

Fact: TypeAlias = "str | int | float | bool | tuple[Fact, ...] | None"
"""A value that can be compared: tuples for lists."""
Facts: TypeAlias = dict[str, Fact]

NO_QUOTIENT: Final = "n/0"
"""A rational without a value: its denominator is 0."""
PER_INCH: Final = {"inch": 1.0, "cm": 2.54, "m": 0.0254}


def read_ours(path: Path) -> Facts:
    """Give our answer as facts; none for a file that is no image for us."""
    try:
        answer = to_json(extract(path))
    except MetadataError:
        return {}
    found: Facts = {}
    for part in ("file", "image", "encoding", "color", "animation"):
        found.update(_leaves(part, answer[part]))
    for directory, tags in (answer["exif"] or {}).items():
        for name, value in (tags or {}).items():
            found[f"exif.{directory}.{name}"] = _exif_value(value)
    found.update(_leaves("location", answer["location"]))
    for name, value in (answer["iptc"] or {}).items():
        found[f"iptc.{name}"] = iptc_texts(name, value)
    for name, value in (answer["xmp"] or {}).items():
        found[f"xmp.{name}"] = tuple(texts(value))
    found["comments"] = tuple(comment["text"] for comment in answer["comments"])
    found["image.resolution"] = _resolution(answer["image"]["resolution"])
    found["thumbnails"] = tuple(picture["size"] for picture in answer["thumbnails"])
    return found


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Fact]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", inner)
    else:
        yield path, freeze(value)


def freeze(value: Any) -> Fact:
    """Give a value with tuples for lists; text without the space around it."""
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    return value.strip() if isinstance(value, str) else value


def _exif_value(value: Any) -> Fact:
    """Give a rational as its quotient, a described block as its bytes or as None: not listed."""
    if isinstance(value, list):
        return tuple(_exif_value(item) for item in value)
    if not isinstance(value, Mapping):
        return freeze(value)
    if "rational" in value:
        numerator, denominator = value["rational"]
        return numerator / denominator if denominator else NO_QUOTIENT
    hexadecimal = value.get("hex")
    return tuple(bytes.fromhex(hexadecimal)) if hexadecimal is not None else f"[{value['count']}]"


def texts(value: Any) -> list[str]:
    """Give every text of an XMP or IPTC value, sorted: the structure is not compared."""
    if isinstance(value, Mapping):
        return sorted(text for item in value.values() for text in texts(item))
    if isinstance(value, list):
        return sorted(text for item in value for text in texts(item))
    text = " ".join(str(value).split())
    return [text] if text else []


def iptc_texts(name: str, value: Any) -> tuple[str, ...]:
    """Give the texts of an IPTC value; dates and times as stored, without the signs between."""
    found = texts(value)
    if name.endswith(("Date", "Time", "DateCreated", "TimeCreated")):
        found = [re.sub(r"[:-](?=\d\d)(?!\d{4}$)|:", "", text) for text in found]
    return tuple(found)


def _resolution(value: Mapping[str, Any] | None) -> Fact:
    """Give pixels an inch, across and down; None where no unit is stated."""
    factor = PER_INCH.get(value["unit"]) if value and value["unit"] else None
    if value is None or factor is None:
        return None
    return value["x"] * factor, value["y"] * factor
