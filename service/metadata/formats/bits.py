"""Numbers of a few bits, the lowest bit of a byte first, as JPEG XL packs them."""

from __future__ import annotations

from typing import Final, TypeAlias

from service.metadata.reader import OutOfBounds

Choice: TypeAlias = tuple[int, int]
"""A number that is added, and the bits that are read for the rest."""

_SELECTOR_BITS: Final = 2
_FEW_BITS: Final[tuple[Choice, ...]] = ((0, 0), (1, 4), (17, 8))


class BitReader:
    """Reads bits from `data`, whose first byte lies at `base` of the file."""

    def __init__(self, data: bytes, *, base: int) -> None:
        self._bits = int.from_bytes(data, "little")
        self._size = 8 * len(data)
        self._base = base
        self._at = 0

    def take(self, count: int) -> int:
        """Give the next `count` bits as a number. Raises `OutOfBounds`."""
        if self._at + count > self._size:
            raise OutOfBounds(offset=self._base + self._at // 8, wanted=(count + 7) // 8)
        value = self._bits >> self._at & (1 << count) - 1
        self._at += count
        return value

    @property
    def position(self) -> int:
        """The bits that have been taken."""
        return self._at

    def skip(self, count: int) -> None:
        """Pass over `count` bits. Raises `OutOfBounds`."""
        if self._at + count > self._size:
            raise OutOfBounds(offset=self._base + self._at // 8, wanted=(count + 7) // 8)
        self._at += count

    def align(self) -> None:
        """Move to the next byte."""
        self._at = (self._at + 7) // 8 * 8

    def number(self) -> int:
        """Give a number of up to 64 bits in as few as are needed (ISO/IEC 18181-1, U64)."""
        selector = self.take(_SELECTOR_BITS)
        if selector < len(_FEW_BITS):
            added, count = _FEW_BITS[selector]
            return added + self.take(count)
        value, shift = self.take(12), 12
        while self.flag():
            width = 4 if shift == 60 else 8
            value |= self.take(width) << shift
            shift += width
            if shift > 60:
                break
        return value

    def skip_extensions(self) -> None:
        """Pass over the extensions of a header (ISO/IEC 18181-1, B.3)."""
        present = self.number()
        self.skip(sum(self.number() for _ in range(present.bit_count())))

    def flag(self) -> bool:
        """Give the next bit."""
        return self.take(1) == 1

    def choose(self, *choices: Choice) -> int:
        """Give a number by two bits that choose among four forms (ISO/IEC 18181-1, U32)."""
        added, count = choices[self.take(_SELECTOR_BITS)]
        return added + self.take(count)
