"""SVG and SVGZ (W3C SVG 2): the size that the root element states, by the units of CSS."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from typing import Final

from service.metadata.draft import Draft
from service.metadata.embedded.xml_root import XmlRootError, read_root
from service.metadata.encodings import Encoding
from service.metadata.errors import NotAnImage
from service.metadata.reader import Reader

_NAMESPACES: Final = ("http://www.w3.org/2000/svg", "")
_MOST_BYTES: Final = 1024 * 1024
_PIXELS: Final[Mapping[str, float]] = {
    "": 1, "px": 1, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6,
    "pt": 96 / 72, "pc": 16, "em": 16, "rem": 16, "ex": 8, "ch": 8,
}  # fmt: skip
"""Pixels a unit (CSS Values 4, 6); relative ones at the initial font size of 16 pixels."""
_LENGTH = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*([a-z]*)", re.IGNORECASE)
_LONGEST_LENGTH: Final = 64
_LONGEST_SIDE: Final = 1e9
"""Pixels: more comes of a shape that no picture has."""
_TAG = re.compile(rb"<(?:[\w.-]+:)?svg[\s>/]")


def read_svg(reader: Reader, draft: Draft) -> None:
    """Read an SVG file as far as its root element. Raises `NotAnImage` for other XML."""
    draft.format, draft.media_type = "SVG", "image/svg+xml"
    data = reader.some(0, _MOST_BYTES)
    is_packed = data[:2] == b"\x1f\x8b"
    if is_packed:
        data = _unpack(data)
    try:
        (space, name), attributes = read_root(data)
    except XmlRootError as error:
        if not _TAG.search(data):
            raise NotAnImage("the input is no image of a known format") from error
        draft.warn("xml-damaged", f"the XML is damaged: {error}")
        return
    if name != "svg" or space not in _NAMESPACES:
        raise NotAnImage("the input is XML, but no SVG image")
    draft.encoding = Encoding(compression="gzip" if is_packed else None)
    draft.format_version = attributes.get("version")
    draft.width, draft.height = _find_size(attributes)
    if draft.width is None or draft.height is None:
        draft.warn("no-size", "the root element does not state its size")


def _unpack(data: bytes) -> bytes:
    """Give the first part of a gzip file; one that is damaged gives what was sound."""
    engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        return engine.decompress(data, _MOST_BYTES)
    except zlib.error as error:
        raise NotAnImage("the input is no image of a known format") from error


def _find_size(attributes: Mapping[str, str]) -> tuple[int | None, int | None]:
    """Give whole pixels: width and height, one of them and the view box's shape, or the view box.

    A length in percent is none of its own (CSS Images 3, 5.1).
    """
    stated = {**attributes, **_read_style(attributes.get("style", ""))}
    width, height = _read_length(stated.get("width")), _read_length(stated.get("height"))
    box = _read_view_box(attributes.get("viewBox"))
    if box is not None:
        if width is None and height is None:
            width, height = box
        elif width is None and height is not None:
            width = height * box[0] / box[1]
        elif height is None and width is not None:
            height = width * box[1] / box[0]
    return _round(width), _round(height)


def _read_style(text: str) -> dict[str, str]:
    """Give the sides that a style declares, which stand above the attributes (SVG 2, 6.6).

    In a style a length has its unit; what is none is left out, as CSS leaves it out.
    """
    sides: dict[str, str] = {}
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.partition("!")[0].strip().lower()
        is_length = value[-1:].isalpha() and _read_length(value) is not None
        if name in ("width", "height") and (is_length or value == "auto" or value[-1:] == "%"):
            sides[name] = value
    return sides


def _round(length: float | None) -> int | None:
    return round(length) if length is not None and length < _LONGEST_SIDE else None


def _read_length(text: str | None) -> float | None:
    text = (text or "").strip()
    match = _LENGTH.fullmatch(text) if len(text) <= _LONGEST_LENGTH else None
    if match is None:
        return None
    factor = _PIXELS.get(match[2].lower())
    value = float(match[1])
    return value * factor if factor is not None and 0 <= value < _LONGEST_SIDE else None


def _read_view_box(text: str | None) -> tuple[float, float] | None:
    """Give (width, height) of a view box: four numbers with spaces or commas between."""
    parts = re.split(r"[\s,]+", (text or "").strip())
    if len(parts) != 4:
        return None
    width, height = _read_length(parts[2]), _read_length(parts[3])
    return (width, height) if width and height else None
