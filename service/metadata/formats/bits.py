"""Numbers of a few bits, the lowest bit of a byte first, as JPEG XL packs them."""

from __future__ import annotations

from typing import Final, TypeAlias

from service.metadata.reader import OutOfBounds

Choice: TypeAlias = tuple[int, int]
"""A number that is added, and the bits that are read for the rest."""

_SELECTOR_BITS: Final = 2


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

    def flag(self) -> bool:
        """Give the next bit."""
        return self.take(1) == 1

    def choose(self, *choices: Choice) -> int:
        """Give a number by two bits that choose among four forms (ISO/IEC 18181-1, U32)."""
        added, count = choices[self.take(_SELECTOR_BITS)]
        return added + self.take(count)
