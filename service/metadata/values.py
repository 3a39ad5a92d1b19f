"""Values as EXIF and TIFF store them, typed."""

from __future__ import annotations

from typing import TypeAlias

from service.metadata.record import Record


class Rational(Record):
    """A quotient of two integers, signed or not (TIFF 6.0, section 2, types 5 and 10)."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """Give the quotient, or None where the denominator is 0."""
        return self.numerator / self.denominator if self.denominator else None


class Block(Record):
    """A value that is described and not listed: bytes of no known structure, or a long list.

    `type` is TIFF's name of the type, `count` the number of values of that type, `hex` the bytes
    in hexadecimal where they are few.
    """

    type: str
    count: int
    hex: str | None


Scalar: TypeAlias = int | float | str | Rational | Block
ExifValue: TypeAlias = Scalar | tuple[Scalar, ...]
