"""Numbers and texts of an image in words for people."""

from __future__ import annotations

import math

from service.metadata.model import Resolution
from service.metadata.values import Block, ExifValue, Rational

TIMES = "\N{MULTIPLICATION SIGN}"

_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_TURNS = {
    1: "as stored",
    2: "mirror left to right",
    3: "turn 180°",
    4: "mirror top to bottom",
    5: "turn 90° clockwise, then mirror left to right",
    6: "turn 90° clockwise",
    7: "turn 90° anticlockwise, then mirror left to right",
    8: "turn 90° anticlockwise",
}
_LONGEST = 240


def name_size(size: int) -> str:
    """Bytes in the decimal unit that keeps them short: 950 bytes, 2.4 MB."""
    value, unit = float(size), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    if unit == 0:
        return "1 byte" if size == 1 else f"{size} bytes"
    return f"{value:.1f} {_UNITS[unit]}" if value < 99.95 else f"{value:.0f} {_UNITS[unit]}"


def name_exact_size(size: int) -> str:
    """Bytes in a short unit, and to the byte where that says more."""
    return name_size(size) if size < 1000 else f"{name_size(size)} ({size:,} bytes)"


def name_dimensions(width: int | None, height: int | None) -> str | None:
    """Width and height in pixels, or None where neither is known."""
    if width is None and height is None:
        return None
    return f"{_known(width)} {TIMES} {_known(height)}"


def name_orientation(orientation: int) -> str:
    """What a viewer does with the stored picture (CIPA DC-008, 4.6.4, Orientation)."""
    return f"{orientation}, {_TURNS[orientation]}"


def name_resolution(resolution: Resolution) -> str | None:
    """Pixels a unit; without a unit the shape of a pixel, where it is no square."""
    x, y, unit = resolution.x, resolution.y, resolution.unit
    if unit is None:
        return None if x == y else f"pixels of the shape {name_number(x)}:{name_number(y)}"
    both = name_number(x) if x == y else f"{name_number(x)} {TIMES} {name_number(y)}"
    inches = {"cm": 2.54, "m": 0.0254}.get(unit)
    dpi = f" ({x * inches:.0f} dpi)" if inches else ""
    return f"{both} dpi" if unit == "inch" else f"{both} pixels/{unit}{dpi}"


def name_number(value: float) -> str:
    """A number with as few digits as it needs, at most four behind the point."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if math.isfinite(value) else str(value)


def name_milliseconds(value: float) -> str:
    """A time: 80 ms, 2.4 s, 3 min 20 s."""
    if value < 1000:
        return f"{name_number(value)} ms"
    if value < 60_000:
        return f"{value / 1000:.2f}".rstrip("0").rstrip(".") + " s"
    minutes, seconds = divmod(round(value / 1000), 60)
    return f"{minutes} min {seconds} s"


def count(number: int, word: str) -> str:
    """A number and its word: 1 page, 2 pages."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def clean(text: str, *, longest: int = _LONGEST) -> str:
    """A text from the file on one line, without what could steer a terminal, cut at a length."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text[: 4 * longest])
    words = " ".join(plain.split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def as_number(value: ExifValue | None) -> float | None:
    """The first number of an EXIF value, or None."""
    if isinstance(value, tuple):
        return as_number(value[0]) if value else None
    if isinstance(value, Rational):
        return value.value
    return float(value) if isinstance(value, (int, float)) else None


def as_text(value: ExifValue | None) -> str | None:
    """An EXIF value that is a text with something in it, or None."""
    found = clean(value) if isinstance(value, str) else ""
    return found or None


def spell(value: object) -> str:
    """Any value of EXIF, IPTC or XMP, short."""
    if isinstance(value, Rational):
        return "undefined" if value.value is None else name_number(value.value)
    if isinstance(value, Block):
        return f"{value.count:,} {TIMES} {value.type}"
    if isinstance(value, (list, tuple)):
        return clean(", ".join(map(spell, value)))
    if isinstance(value, dict):
        return clean("; ".join(f"{key}: {spell(item)}" for key, item in value.items()))
    return clean(str(value))


def _known(value: int | None) -> str:
    return "?" if value is None else str(value)
