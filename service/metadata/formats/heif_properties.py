"""The properties of HEIF items (ISO/IEC 23008-12, 6.5; AV1 in HEIF; ISO/IEC 14496-15, 8.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from struct import Struct
from typing import Final, NamedTuple

from service.metadata import limits
from service.metadata.formats.boxes import find_box, read_version, walk_boxes
from service.metadata.reader import Reader
from service.metadata.record import Record

_CHROMA_FORMATS: Final = {0: "4:0:0", 1: "4:2:0", 2: "4:2:2", 3: "4:4:4"}
_AV1_PROFILES: Final = {0: "Main", 1: "High", 2: "Professional"}
_HEVC_PROFILES: Final = {1: "Main", 2: "Main 10", 3: "Main Still Picture", 4: "Range Extensions"}
_COMPONENTS: Final = (
    ({4, 5, 6}, "RGB"),
    ({1, 2, 3}, "YCbCr"),
    ({0}, "Grayscale"),
)
"""Component types that make up a colour model (ISO/IEC 23001-17, table 1)."""
_CLEAN_APERTURE: Final = Struct(">IIIIiIiI")


class Property(NamedTuple):
    """A property: its type and body."""

    type: bytes
    body: Reader


class Codec(Record):
    """What a decoder's configuration says of the samples."""

    depth: int
    chroma_subsampling: str | None
    profile: str | None


def read_properties(meta: Reader) -> Mapping[int, Sequence[Property]]:
    """Give the properties of each item in the order in which they are associated."""
    container = find_box(meta, b"iprp")
    store = find_box(container, b"ipco") if container else None
    if container is None or store is None:
        return {}
    known = [Property(box.type, box.body) for box in walk_boxes(store)]
    found: dict[int, list[Property]] = {}
    room = limits.CHUNKS
    for box in walk_boxes(container):
        if box.type == b"ipma":
            room -= _associate(box.body, known, found, most=room)
    return found


def _associate(
    body: Reader, known: Sequence[Property], found: dict[int, list[Property]], *, most: int
) -> int:
    """Read ipma (ISO/IEC 23008-12, 9.3.2) and give how many properties of items it has named.

    Indices count from 1; their top bit means that the property is essential.
    """
    id_size = 2 if read_version(body) == 0 else 4
    index_size = 2 if body.big(3, 1) & 1 else 1
    mask = 0x7FFF if index_size == 2 else 0x7F
    at = 8
    named = 0
    for _ in range(min(body.big(4, 4), limits.CHUNKS)):
        if named >= most:
            break
        item, count = body.big(at, id_size), body.big(at + id_size, 1)
        named += max(count, 1)
        at += id_size + 1
        indices = [body.big(at + n * index_size, index_size) & mask for n in range(count)]
        at += count * index_size
        usable = [known[index - 1] for index in indices if 0 < index <= len(known)]
        found.setdefault(item, []).extend(usable)
    return named


def read_size(properties: Sequence[Property]) -> tuple[int, int] | None:
    """Give (width, height) of ispe, the size before any transformation."""
    for kind, body in properties:
        if kind == b"ispe":
            return body.big(4, 4), body.big(8, 4)
    return None


def read_depths(properties: Sequence[Property]) -> tuple[int, ...] | None:
    """Give the bits of each channel by pixi."""
    for kind, body in properties:
        if kind == b"pixi":
            return tuple(body.take(5, body.big(4, 1))) or None
    return None


def read_auxiliary_type(properties: Sequence[Property]) -> str | None:
    """Give the URN of auxC that says what an auxiliary image is for (ISO/IEC 23008-12, 6.5.8)."""
    for kind, body in properties:
        if kind == b"auxC":
            return body.some(4, 256).partition(b"\0")[0].decode("utf-8", "replace")
    return None


def read_component_model(properties: Sequence[Property]) -> str | None:
    """Give the colour model of an uncompressed image by its cmpd property, or None."""
    for kind, body in properties:
        if kind == b"cmpd":
            count = min(body.big(0, 4), body.size // 2)
            types = {body.big(4 + 2 * index, 2) for index in range(min(count, 64))}
            return next((model for needed, model in _COMPONENTS if needed <= types), None)
    return None


def read_codec(properties: Sequence[Property]) -> Codec | None:
    """Read av1C or hvcC, or None."""
    for kind, body in properties:
        if kind == b"av1C":
            return _read_av1(body)
        if kind == b"hvcC":
            return _read_hevc(body)
    return None


def _read_av1(body: Reader) -> Codec:
    """Read AV1CodecConfigurationRecord (AV1 in ISO-BMFF, 2.3.3)."""
    profile, flags = body.big(1, 1) >> 5, body.big(2, 1)
    depth = 8 if not flags & 0x40 else 12 if flags & 0x20 else 10
    across, down = flags & 0x08, flags & 0x04
    chroma = "4:2:0" if across and down else "4:2:2" if across else "4:4:4"
    return Codec(depth, "4:0:0" if flags & 0x10 else chroma, _AV1_PROFILES.get(profile))


def _read_hevc(body: Reader) -> Codec:
    """Read HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1.2)."""
    profile = _HEVC_PROFILES.get(body.big(1, 1) & 31)
    return Codec(8 + (body.big(17, 1) & 7), _CHROMA_FORMATS[body.big(16, 1) & 3], profile)


def read_aperture(body: Reader) -> tuple[int, int] | None:
    """Give (width, height) of clap, rounded to pixels, or None where a denominator is 0."""
    width, width_unit, height, height_unit, *_ = body.unpack(_CLEAN_APERTURE, 0)
    if not width_unit or not height_unit:
        return None
    return round(width / width_unit), round(height / height_unit)
