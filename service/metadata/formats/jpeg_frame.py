"""The frame header of a JPEG stream and what follows from it (T.81 B.2.2, T.871, T.872)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from struct import Struct
from typing import Final

from service.metadata.encodings import QuantizationTable
from service.metadata.reader import Reader
from service.metadata.record import Record

_HEADER: Final = Struct(">BHHB")
_WIDE_TABLE: Final = Struct(">64H")
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


class Component(Record):
    """A component of a frame: its identifier, sampling factors and quantization table."""

    id: int
    horizontal: int
    vertical: int
    table: int


class Frame(Record):
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
    triples = zip(data[::3], data[1::3], data[2::3], strict=True)
    components = tuple(
        [Component(id_, factors >> 4, factors & 15, table) for id_, factors, table in triples]
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
    first, chroma, third = components[:3]
    if 0 in (chroma.horizontal, chroma.vertical):
        return None
    if (chroma.horizontal, chroma.vertical) != (third.horizontal, third.vertical):
        return None
    across, across_rest = divmod(first.horizontal, chroma.horizontal)
    down, down_rest = divmod(first.vertical, chroma.vertical)
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
    if jfif:
        return "YCbCr"
    if adobe is not None:
        return "RGB" if adobe == 0 else "YCbCr"
    without_transform = is_lossless(frame.marker) or frame.marker == _JPEG_LS
    ids = bytes([component.id for component in frame.components])
    return "RGB" if ids == b"RGB" or without_transform else "YCbCr"


def read_tables(body: Reader) -> list[QuantizationTable]:
    """Read the tables of a DQT segment; those that are cut are left out."""
    tables: list[QuantizationTable] = []
    data = body.take(0, body.size)
    offset = 0
    while offset < len(data):
        wide = data[offset] >> 4
        values = data[offset + 1 : offset + (129 if wide else 65)]
        if len(values) < (128 if wide else 64):
            break
        numbers = _WIDE_TABLE.unpack(values) if wide else tuple(values)
        tables.append(QuantizationTable(data[offset] & 15, 16 if wide else 8, numbers))
        offset += 1 + len(values)
    return tables
