"""Builds HEIF files box by box; their items hold no picture data that a decoder would take."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full_box(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A full box."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def size_of(width: int, height: int) -> bytes:
    """The property ispe."""
    return full_box(b"ispe", struct.pack(">II", width, height))


def depths(*bits: int) -> bytes:
    """The property pixi."""
    return full_box(b"pixi", bytes([len(bits), *bits]))


def hevc(*, chroma: int = 1, depth: int = 8, profile: int = 1) -> bytes:
    """The property hvcC as far as it is read."""
    body = bytes([1, profile]) + bytes(14) + bytes([0xFC | chroma, 0xF8 | depth - 8]) + bytes(5)
    return box(b"hvcC", body)


def av1(flags: int = 0x0C, profile: int = 0) -> bytes:
    """The property av1C; `flags` has high depth 40, twelve bits 20, grey 10, subsampling 0C."""
    return box(b"av1C", bytes([0x81, profile << 5, flags, 0]))


def clap(width: int, height: int) -> bytes:
    """The property clap."""
    return box(b"clap", struct.pack(">IIIIiIiI", width, 1, height, 1, 0, 1, 0, 1))


def turn(quarters: int) -> bytes:
    """The property irot."""
    return box(b"irot", bytes([quarters]))


def mirror(axis: int) -> bytes:
    """The property imir."""
    return box(b"imir", bytes([axis]))


@dataclass(frozen=True)
class Item:
    """An item with its properties, its data, and what it refers to by role.

    `encoding` is the content encoding of a mime item.
    """

    kind: bytes
    properties: Sequence[bytes] = ()
    data: bytes = b""
    refers: Sequence[tuple[bytes, Sequence[int]]] = ()
    hidden: bool = False
    encoding: bytes = b""


def heif(
    *items: Item,
    primary: int = 1,
    brands: Sequence[bytes] = (b"heic", b"mif1"),
    in_idat: bool = False,
    more: bytes = b"",
) -> bytes:
    """A file whose items are numbered from 1; their data lie in mdat, or in idat."""
    head = box(b"ftyp", brands[0], bytes(4), *brands)
    length = len(head) + len(_meta(items, primary, start=0, in_idat=in_idat))
    meta = _meta(items, primary, start=0 if in_idat else length + 8, in_idat=in_idat)
    data = b"" if in_idat else box(b"mdat", *(item.data for item in items))
    return head + meta + data + more


def _meta(items: Sequence[Item], primary: int, *, start: int, in_idat: bool) -> bytes:
    infos = [
        full_box(
            b"infe", struct.pack(">HH", number, 0), item.kind, b"\0",
            b"application/rdf+xml\0" + item.encoding + b"\0" if item.kind == b"mime" else b"",
            version=2, flags=int(item.hidden),
        )
        for number, item in enumerate(items, 1)
    ]  # fmt: skip
    references = [
        box(role, struct.pack(f">HH{len(targets)}H", number, len(targets), *targets))
        for number, item in enumerate(items, 1)
        for role, targets in item.refers
    ]
    idat = box(b"idat", *(item.data for item in items)) if in_idat else b""
    return full_box(
        b"meta", full_box(b"pitm", struct.pack(">H", primary)),
        full_box(b"iinf", struct.pack(">H", len(items)), *infos),
        _places(items, start, method=int(in_idat)),
        full_box(b"iref", *references), _properties(items), idat,
    )  # fmt: skip


def _places(items: Sequence[Item], start: int, *, method: int) -> bytes:
    rows = b""
    for number, item in enumerate(items, 1):
        rows += struct.pack(">HHHHII", number, method, 0, 1, start, len(item.data))
        start += len(item.data)
    return full_box(b"iloc", struct.pack(">HH", 0x4400, len(items)), rows, version=1)


def _properties(items: Sequence[Item]) -> bytes:
    store: list[bytes] = []
    rows = b""
    for number, item in enumerate(items, 1):
        indices = bytes(range(len(store) + 1, len(store) + 1 + len(item.properties)))
        rows += struct.pack(">HB", number, len(indices)) + indices
        store += item.properties
    associations = full_box(b"ipma", struct.pack(">I", len(items)), rows)
    return box(b"iprp", box(b"ipco", *store), associations)


def movie(
    durations: Sequence[int],
    *,
    scale: int = 1000,
    handler: bytes = b"pict",
    entry: tuple[bytes, int, int, bytes] | None = None,
    lasts: int = 0,
    more: bytes = b"",
) -> bytes:
    """A moov box with one track of 80x60 pixels, and `more` in it.

    `entry` is a sample entry's type, width, height and boxes; `lasts` the track's duration.
    """
    size = struct.pack(">II", 80 << 16, 60 << 16)
    head = full_box(b"tkhd", bytes(16), struct.pack(">I", lasts), bytes(52), size)
    clock = full_box(b"mdhd", struct.pack(">IIII", 0, 0, scale, 0))
    times = b"".join(struct.pack(">II", 1, duration) for duration in durations)
    entries = b""
    if entry is not None:
        kind, width, height, boxes = entry
        body = struct.pack(">24xHH50x", width, height) + boxes
        entries = full_box(b"stsd", struct.pack(">I", 1), box(kind, body))
    table = box(
        b"stbl", entries, full_box(b"stts", struct.pack(">I", len(durations)), times),
        full_box(b"stsz", struct.pack(">II", 0, len(durations)), bytes(4 * len(durations))),
    )  # fmt: skip
    name = full_box(b"hdlr", bytes(4), handler, bytes(13))
    media = box(b"mdia", clock, name, box(b"minf", table))
    return box(b"moov", box(b"trak", head, media, more))
