"""The information header of a BMP file, from OS/2 1.1 to Windows 98 (V5).

Microsoft: BITMAPCOREHEADER to BITMAPV5HEADER in wingdi.h. OS/2: BITMAPINFOHEADER2, which may be cut
after any field; what is cut is 0. Headers of 52 and 56 bytes are Adobe's, later named V2 and V3.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Final

from service.metadata.reader import Reader
from service.metadata.record import Record

BITFIELDS: Final = "BI_BITFIELDS"
_NAMES: Final[Mapping[int, str]] = {
    12: "BITMAPCOREHEADER",
    40: "BITMAPINFOHEADER",
    52: "BITMAPV2INFOHEADER",
    56: "BITMAPV3INFOHEADER",
    108: "BITMAPV4HEADER",
    124: "BITMAPV5HEADER",
}
_OS2_NAME: Final = "OS22XBITMAPHEADER"
_WINDOWS_COMPRESSIONS: Final[Mapping[int, str]] = {
    0: "BI_RGB",
    1: "BI_RLE8",
    2: "BI_RLE4",
    3: BITFIELDS,
    4: "BI_JPEG",
    5: "BI_PNG",
    6: "BI_ALPHABITFIELDS",
    11: "BI_CMYK",
    12: "BI_CMYKRLE8",
    13: "BI_CMYKRLE4",
}
_OS2_COMPRESSIONS: Final[Mapping[int, str]] = {
    0: "BCA_UNCOMP",
    1: "BCA_RLE8",
    2: "BCA_RLE4",
    3: "BCA_HUFFMAN1D",
    4: "BCA_RLE24",
}
_CORE: Final = Struct("<IHHHH")
_INFO: Final = Struct("<IiiHHIIiiII")
_MASKS: Final = Struct("<IIII")
_LARGEST: Final = 124
_EMBEDDED: Final = 0x4D424544
"""PROFILE_EMBEDDED, "MBED"."""


class Header(Record):
    """A header as it says, with the height's sign. `data_size` 0 is not stated.

    `masks` are those of red, green, blue and, where the header has it, alpha; () without
    bit fields. `profile` is (offset in the file, size) of an embedded ICC profile.
    """

    name: str
    end: int
    width: int
    height: int
    bits: int
    compression: str
    data_size: int = 0
    resolution: tuple[int, int] = (0, 0)
    colors: int = 0
    masks: tuple[int, ...] = ()
    profile: tuple[int, int] | None = None

    @property
    def is_core(self) -> bool:
        """Whether it is the oldest header, whose colours have three bytes."""
        return self.name == _NAMES[12]


def is_header_size(size: int) -> bool:
    """Tell whether an information header can have `size` bytes."""
    return size in _NAMES or 16 <= size <= 64


def read_header(reader: Reader, at: int) -> Header:
    """Read the header at `at`. Raises ValueError for a size that no header has."""
    size = reader.little(at, 4)
    if size == _CORE.size:
        _, width, height, _, bits = reader.unpack(_CORE, at)
        return Header(_NAMES[12], at + size, width, height, bits, "BI_RGB")
    if size < 16:
        raise ValueError(f"no header has {size} bytes")
    return _read_info(reader, at, size)


def _read_info(reader: Reader, at: int, size: int) -> Header:
    data = reader.take(at, min(size, _LARGEST)).ljust(_LARGEST, b"\0")
    _, width, height, _, bits, code, data_size, across, down, colors, _ = _INFO.unpack_from(data)
    name = _name(size)
    known = _OS2_COMPRESSIONS if name == _OS2_NAME else _WINDOWS_COMPRESSIONS
    compression = known.get(code, f"unknown ({code})")
    return Header(
        name, at + size, width, height, bits, compression, data_size,
        resolution=(across, down),
        colors=colors,
        masks=_read_masks(reader, at, size=size, compression=compression),
        profile=_find_profile(data, at) if size >= _LARGEST else None,
    )  # fmt: skip


def _name(size: int) -> str:
    if size > _LARGEST:
        return _NAMES[_LARGEST]
    return _NAMES.get(size, _OS2_NAME)


def _read_masks(reader: Reader, at: int, *, size: int, compression: str) -> tuple[int, ...]:
    """Give the masks: inside the header from V2 on, behind one of 40 bytes; alpha from V3 on."""
    if compression not in (BITFIELDS, "BI_ALPHABITFIELDS"):
        return ()
    masks = _MASKS.unpack(reader.some(at + 40, _MASKS.size).ljust(_MASKS.size, b"\0"))
    has_alpha = size >= 56 or compression == "BI_ALPHABITFIELDS"
    return masks if has_alpha else masks[:3]


def _find_profile(data: bytes, at: int) -> tuple[int, int] | None:
    """Give where an embedded profile lies; bV5ProfileData counts from the header's start."""
    (kind,) = Struct("<I").unpack_from(data, 56)
    offset, size = Struct("<II").unpack_from(data, 112)
    return (at + offset, size) if kind == _EMBEDDED and size else None
