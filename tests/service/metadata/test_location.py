"""Positions: what a GPS directory says, and what it cannot mean."""

from __future__ import annotations

import math

import pytest

from service.metadata.embedded.location import locate
from service.metadata.model import Location, Tags
from service.metadata.values import Rational


def gps(**others: object) -> Tags:
    tags: dict[str, object] = {
        "GPSLatitudeRef": "S",
        "GPSLatitude": (Rational(30, 1), Rational(15, 1), Rational(0, 1)),
        "GPSLongitudeRef": "E",
        "GPSLongitude": (Rational(40, 1), Rational(30, 1), Rational(0, 1)),
        "GPSAltitude": Rational(12, 1),
    }
    return tags | others  # type: ignore[return-value]  # any value may stand in a file


def test_degrees_minutes_and_seconds_are_added_and_signed() -> None:
    assert locate(gps()) == Location(-30.25, 40.5, 12.0)


@pytest.mark.parametrize(
    "latitude", [(-500.0, 0.0, 0.0), (-math.inf,), (math.nan,), (Rational(91, 1),), ("north",)]
)
def test_no_position_off_the_earth(latitude: tuple[object, ...]) -> None:
    assert locate(gps(GPSLatitude=latitude)) == Location(None, None, 12.0)


@pytest.mark.parametrize("altitude", [math.inf, -math.inf, math.nan, Rational(1, 0)])
def test_an_altitude_is_finite(altitude: object) -> None:
    assert locate(gps(GPSAltitude=altitude)) == Location(-30.25, 40.5, None)


@pytest.mark.parametrize(("reference", "metres"), [(0, 12.0), (1, -12.0), (2, 12.0), (3, -12.0)])
def test_below_the_sea_is_negative(reference: int, metres: float) -> None:
    """EXIF 3.0 has 2 and 3 for heights over the ellipsoid (CIPA DC-008, 4.6.7, GPSAltitudeRef)."""
    assert locate(gps(GPSAltitudeRef=reference)) == Location(-30.25, 40.5, metres)
