"""The frame header of a JPEG stream and what follows from it (T.81 B.2.2, T.871, T.872)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Final

from service.metadata.encodings import QuantizationTable
from service.metadata.reader import Reader

_HEADER: Final = Struct(">BHHB")
_JPEG_LS: Final = 0xF7

_PROCESSES: Final[Mapping[int, str]] = {
    0: "baseline DCT",
    1: "extended sequential DCT",
    2: "progressive DCT",
    3: "lossless",
    5: "differential sequential DCT",
    6: "differential progressive DCT",
    7: "differential lossless",
}
_RATIO_NAMES: Final[Mapping[tuple[int, int], str]] = {
    (1, 1): "4:4:4",
    (2, 1): "4:2:2",
    (2, 2): "4:2:0",
    (1, 2): "4:4:0",
    (4, 1): "4:1:1",
    (4, 2): "4:1:0",
    (1, 4): "4:4:1",
    (2, 4): "4:2:1",
}


@dataclass(frozen=True, slots=True)
class Component:
    """A component of a frame: its identifier, sampling factors and quantization table."""

    id: int
    horizontal: int
    vertical: int
    table: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame header. `height` 0 means that a DNL segment says it later."""

    marker: int
    precision: int
    width: int
    height: int
    components: tuple[Component, ...]


def read_frame(marker: int, body: Reader) -> Frame:
    """Read the parameters of an SOF segment; a cut list of components raises `OutOfBounds`."""
    precision, height, width, count = body.unpack(_HEADER, 0)
    data = body.take(_HEADER.size, 3 * count)
    components = tuple(
        Component(data[at], data[at + 1] >> 4, data[at + 1] & 15, data[at + 2])
        for at in range(0, len(data), 3)
    )
    return Frame(marker, precision, width, height, components)


def name_process(marker: int) -> str:
    """Give the coding process of an SOF marker (T.81, table B.1)."""
    return "JPEG-LS" if marker == _JPEG_LS else _PROCESSES.get(marker & 7, "reserved")


def name_entropy_coding(marker: int) -> str:
    """Give the entropy coding of an SOF marker: arithmetic from SOF9 on."""
    if marker == _JPEG_LS:
        return "Golomb"
    return "arithmetic" if marker & 8 else "Huffman"


def is_progressive(marker: int) -> bool:
    """Tell whether an SOF marker is of a progressive process."""
    return marker != _JPEG_LS and marker & 3 == 2


def is_lossless(marker: int) -> bool:
    """Tell whether an SOF marker is of a lossless process; JPEG-LS is settled by its scan."""
    return marker != _JPEG_LS and marker & 3 == 3


def name_subsampling(components: Sequence[Component]) -> str | None:
    """Name the chroma subsampling by the ratio of the first component to the second and third.

    None where there are fewer than three components, or no common name for the ratio.
    """
    if len(components) < 3:
        return None
    first, *chroma = components[:3]
    if 0 in (chroma[0].horizontal, chroma[0].vertical):
        return None
    if any(
        (c.horizontal, c.vertical) != (chroma[0].horizontal, chroma[0].vertical) for c in chroma
    ):
        return None
    across, across_rest = divmod(first.horizontal, chroma[0].horizontal)
    down, down_rest = divmod(first.vertical, chroma[0].vertical)
    return None if across_rest or down_rest else _RATIO_NAMES.get((across, down))


def name_color_model(frame: Frame, *, jfif: bool, adobe: int | None) -> str | None:
    """Name the colour model as decoders find it: JFIF, then Adobe, then component identifiers."""
    count = len(frame.components)
    if count == 1:
        return "Grayscale"
    if count == 3:
        return _three_component_model(frame, jfif=jfif, adobe=adobe)
    if count == 4:
        return "YCCK" if adobe == 2 else "CMYK"
    return None


def _three_component_model(frame: Frame, *, jfif: bool, adobe: int | None) -> str:
    ids = bytes(component.id for component in frame.components)
    if jfif:
        return "YCbCr"
    if adobe is not None:
        return "RGB" if adobe == 0 else "YCbCr"
    without_transform = is_lossless(frame.marker) or frame.marker == _JPEG_LS
    return "RGB" if ids == b"RGB" or without_transform else "YCbCr"


def read_tables(body: Reader) -> list[QuantizationTable]:
    """Read the tables of a DQT segment; those that are cut are left out."""
    tables: list[QuantizationTable] = []
    offset = 0
    while offset < body.size:
        head = body.big(offset, 1)
        wide = head >> 4
        data = body.some(offset + 1, 128 if wide else 64)
        if len(data) < (128 if wide else 64):
            break
        values = Struct(">64H").unpack(data) if wide else tuple(data)
        tables.append(QuantizationTable(head & 15, 16 if wide else 8, values))
        offset += 1 + len(data)
    return tables
