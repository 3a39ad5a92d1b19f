"""How a HEIF item is shown: clap crops, irot turns, imir mirrors, in the order they are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from service.metadata.formats.heif_properties import Property, read_aperture
from service.metadata.record import Record

_ORIENTATIONS: Final[Mapping[tuple[int, int | None], int]] = {
    (0, None): 1, (1, None): 8, (2, None): 3, (3, None): 6,
    (0, 0): 4, (1, 0): 5, (2, 0): 2, (3, 0): 7,
    (0, 1): 2, (1, 1): 7, (2, 1): 4, (3, 1): 5,
}  # fmt: skip
"""EXIF's orientation by quarter turns to the left and then a mirror: 0 swaps top and bottom, 1 left
and right (ISO/IEC 23008-12, 6.5.10 and 6.5.12)."""
_MIRRORS: Final = ("top and bottom", "left and right")


class Shown(Record):
    """The size as shown, the cropped size before any turn, and EXIF's word for turn and mirror.

    `aperture_fault` says why a clap was passed over.
    """

    size: tuple[int, int]
    aperture: tuple[int, int] | None
    rotation: int | None
    mirror: str | None
    orientation: int | None
    aperture_fault: str | None = None


def transform(size: tuple[int, int], properties: Sequence[Property]) -> Shown:
    """Apply the transformations of an item to its stored size."""
    aperture: tuple[int, int] | None = None
    fault: str | None = None
    rotation: int | None = None
    mirror: int | None = None
    turns = 0
    for kind, body in properties:
        if kind == b"clap":
            stated = read_aperture(body)
            if stated is None or not all(0 < a <= b for a, b in zip(stated, size, strict=True)):
                fault = "the clean aperture is no part of the picture"
                continue
            aperture = size = stated
        elif kind == b"irot":
            angle = body.big(0, 1) & 3
            turns += angle if mirror is None else -angle
            size = size if angle % 2 == 0 else (size[1], size[0])
            rotation = 90 * angle
        elif kind == b"imir":
            mirror = body.big(0, 1) & 1
    is_turned = rotation is not None or mirror is not None
    return Shown(
        size=size,
        aperture=aperture,
        rotation=rotation,
        mirror=None if mirror is None else _MIRRORS[mirror],
        orientation=_ORIENTATIONS[turns % 4, mirror] if is_turned else None,
        aperture_fault=fault,
    )
