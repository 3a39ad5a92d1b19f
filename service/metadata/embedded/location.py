"""Where a picture was taken, from its GPS directory (CIPA DC-008, 4.6.7)."""

from __future__ import annotations

import math

from service.metadata.model import Location, Tags
from service.metadata.values import ExifValue, Rational


def locate(gps: Tags | None) -> Location | None:
    """Give decimal degrees and metres, or None where neither is known.

    A coordinate without its N, S, E or W is not guessed, nor one below 0 or
    beyond 90 or 180 degrees; an altitude is a finite number.
    """
    if not gps:
        return None
    latitude = _degrees(gps, "GPSLatitude", limit=90)
    longitude = _degrees(gps, "GPSLongitude", limit=180)
    altitude = _altitude(gps)
    if latitude is None or longitude is None:
        latitude = longitude = None
    if latitude is None and altitude is None:
        return None
    return Location(latitude, longitude, altitude)


def _degrees(gps: Tags, name: str, *, limit: int) -> float | None:
    parts = [_number(part) for part in _as_tuple(gps.get(name))][:3]
    sign = _sign(gps.get(name + "Ref"))
    if sign is None or not parts or parts[0] is None:
        return None
    total = sum(part / 60**power for power, part in enumerate(parts) if part is not None)
    return round(sign * total, 8) if 0 <= total <= limit else None


def _sign(reference: ExifValue | None) -> int | None:
    letter = reference[:1].upper() if isinstance(reference, str) else ""
    return {"N": 1, "E": 1, "S": -1, "W": -1}.get(letter)


def _altitude(gps: Tags) -> float | None:
    values = _as_tuple(gps.get("GPSAltitude"))
    metres = _number(values[0]) if values else None
    if metres is None or not math.isfinite(metres):
        return None
    below = gps.get("GPSAltitudeRef") in (1, 3)
    return round(-metres if below else metres, 3)


def _as_tuple(value: ExifValue | None) -> tuple[ExifValue, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _number(value: ExifValue) -> float | None:
    if isinstance(value, Rational):
        return value.value
    return value if isinstance(value, (int, float)) else None
