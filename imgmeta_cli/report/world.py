"""A map of the world with a point for each place where pictures were taken."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Final

from imgmeta_cli.inspect_words import count

Place = tuple[int, int]
_SOUTH: Final = -58
"""Degrees: what lies further south is shown only where a picture was taken there."""


def find_place(position: tuple[float, float]) -> Place:
    """The full degrees, latitude and longitude, that pictures are counted by: one point each."""
    return round(position[0]), round(position[1])


def make_map(places: Counter[Place]) -> str:
    """The section with the map, or nothing where no picture has a position."""
    if not places:
        return ""
    south = -90 if any(latitude < _SOUTH for latitude, _ in places) else _SOUTH
    label = f"{count(places.total(), 'image')} at {count(len(places), 'place')}"
    points = "".join(_make_point(place, number) for place, number in sorted(places.items()))
    return (
        f'<section class="card map"><h2>Where</h2>\n'
        f'<svg role="img" aria-label="Map of the world: {label}"'
        f' viewBox="-180 -84 360 {84 - south}">'
        f'<path class="land" d="{read_land()}"/>\n{points}</svg>\n<p>{label}</p>\n</section>\n'
    )


@cache
def read_land() -> str:
    """The outline of the world's land as the data of an SVG path, in degrees."""
    drawing = files("service").joinpath("web", "land.svg").read_text(encoding="utf-8")
    found = re.search(r' d="([^"]+)"', drawing)
    return found[1] if found else ""


def _make_point(place: Place, number: int) -> str:
    latitude, longitude = place
    north, east = "S" if latitude < 0 else "N", "W" if longitude < 0 else "E"
    where = f"{abs(latitude)}° {north}, {abs(longitude)}° {east}"
    radius = f"{2 + math.log10(number):.2g}"
    return (
        f'<circle cx="{longitude}" cy="{-latitude}" r="{radius}">'
        f"<title>{where}: {count(number, 'image')}</title></circle>\n"
    )
