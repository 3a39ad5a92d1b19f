"""OpenEXR (openexr.com, "OpenEXR File Layout")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from struct import Struct
from typing import Final, NamedTuple

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.text import decode_text
from service.metadata.formats.raster import describe_compression, describe_samples
from service.metadata.model import Thumbnail
from service.metadata.reader import Reader

_BOX: Final = Struct("<4i")
_CHANNEL: Final = Struct("<iB3xii")
_LONGEST_NAME: Final = 256
_MOST_CHANNELS: Final = 1024
_MULTIPART: Final = 0x1000
_COMPRESSIONS: Final[Mapping[int, tuple[str, bool | None]]] = {
    0: ("Uncompressed", True), 1: ("RLE", True), 2: ("Deflate", True), 3: ("Deflate", True),
    4: ("PIZ", True), 5: ("PXR24", None), 6: ("B44", False), 7: ("B44A", False),
    8: ("DWAA", False), 9: ("DWAB", False),
}  # fmt: skip
_BITS: Final = (32, 16, 32)
_INTEGER: Final = 0


class _Attribute(NamedTuple):
    """An attribute of a header: its name, and its value."""

    name: str
    body: Reader
    end: int


def read_exr(reader: Reader, draft: Draft) -> None:
    """Read the first part's header: the data window is stored, the display window shown."""
    draft.format, draft.media_type = "EXR", "image/x-exr"
    version = reader.little(4, 4)
    draft.format_version = str(version & 0xFF)
    end = 8
    with draft.part("truncated", "the header"):
        for attribute in _walk(reader, end):
            _read_attribute(attribute, draft)
            end = attribute.end
        if version & _MULTIPART:
            draft.page_count = _count_parts(reader, end + 1)
    if draft.width is None:
        draft.warn("no-size", "the size of the picture was not found")


def _walk(reader: Reader, offset: int) -> Iterator[_Attribute]:
    """Give the attributes from `offset` to the empty name that ends a header."""
    for _ in range(limits.DIRECTORY_ENTRIES):
        name, _, rest = reader.some(offset, 2 * _LONGEST_NAME).partition(b"\0")
        if not name:
            return
        kind = rest.partition(b"\0")[0]
        start = offset + len(name) + len(kind) + 2
        size = reader.little(start, 4)
        body = reader.window(start + 4, size)
        offset = start + 4 + size
        yield _Attribute(name.decode("latin-1"), body, offset)


def _count_parts(reader: Reader, offset: int) -> int:
    """Count the headers, which an empty one ends."""
    parts, left = 1, limits.DIRECTORY_ENTRIES
    while left > 0 and reader.some(offset, 1) not in (b"", b"\0"):
        for attribute in _walk(reader, offset):
            offset, left = attribute.end, left - 1
        parts, left, offset = parts + 1, left - 1, offset + 1
    return parts


def _read_attribute(attribute: _Attribute, draft: Draft) -> None:
    name, body = attribute.name, attribute.body
    if name == "dataWindow":
        draft.width, draft.height = _read_size(body)
    elif name == "displayWindow":
        draft.display_size = _read_size(body)
    elif name == "compression":
        kind, lossless = _COMPRESSIONS.get(body.big(0, 1), (None, None))
        describe_compression(draft, kind, lossless=lossless)
    elif name == "channels":
        _read_channels(body, draft)
    elif name == "comments":
        draft.add_comment("EXR", decode_text(body.some(0, limits.TEXT_BYTES)))
    elif name == "preview":
        width, height = body.little(0, 4), body.little(4, 4)
        draft.thumbnails.append(Thumbnail("exr", width, height, None, max(body.size - 8, 0)))


def _read_size(body: Reader) -> tuple[int, int]:
    """Give (width, height) of a box, whose both corners are inside."""
    left, top, right, bottom = body.unpack(_BOX, 0)
    return max(right - left + 1, 0), max(bottom - top + 1, 0)


def _read_channels(body: Reader, draft: Draft) -> None:
    """Read the list of channels, whose names without a layer's say what they are."""
    names: list[str] = []
    kinds: list[int] = []
    offset = 0
    for _ in range(_MOST_CHANNELS):
        name = body.some(offset, _LONGEST_NAME).partition(b"\0")[0]
        if not name:
            break
        kind, *_ = body.unpack(_CHANNEL, offset + len(name) + 1)
        names.append(name.decode("latin-1"))
        kinds.append(kind)
        offset += len(name) + 1 + _CHANNEL.size
    known = set(names)
    model = (
        "RGB" if known >= {"R", "G", "B"}
        else "YCbCr" if known >= {"Y", "RY", "BY"}
        else "Grayscale" if "Y" in known else None
    )  # fmt: skip
    bits = tuple(_BITS[kind] for kind in kinds if 0 <= kind < len(_BITS))
    describe_samples(
        draft, bits if len(bits) == len(kinds) else (), model=model, alpha="A" in known,
        sample_format="unsignedInteger" if set(kinds) == {_INTEGER} else "float",
    )  # fmt: skip
