"""The bitstreams inside a WebP file: VP8 (RFC 6386), VP8L and ALPH (RFC 9649)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from service.metadata import limits
from service.metadata.reader import Reader
from service.metadata.record import Record

ALPHA_COMPRESSIONS: Final = {0: "none", 1: "lossless"}


class Chunk(NamedTuple):
    """A RIFF chunk: its name, its body cut where the file ends, and the size that it states."""

    name: bytes
    body: Reader
    size: int


class Frame(Record):
    """One coded picture. `codec` is "VP8" or "VP8L"; `alpha` whether its stream says so."""

    codec: str
    width: int
    height: int
    alpha: bool


def walk_chunks(
    reader: Reader, offset: int, end: int, *, most: int = limits.CHUNKS
) -> Iterator[Chunk]:
    """Give the chunks that begin before `end`; each is padded to an even size."""
    for _ in range(most):
        head = reader.some(offset, 8)
        if offset >= end or len(head) < 8:
            return
        size = int.from_bytes(head[4:], "little")
        yield Chunk(head[:4], reader.window(offset + 8, size), size)
        offset += 8 + size + (size & 1)


def read_frame(chunk: Chunk) -> Frame:
    """Read the header of a "VP8 " or "VP8L" chunk. Raises ValueError where it is none."""
    return _read_lossless(chunk.body) if chunk.name == b"VP8L" else _read_lossy(chunk.body)


def _read_lossy(body: Reader) -> Frame:
    """Read a key frame's header (RFC 6386, 9.1); the upper two bits of a size ask for scaling."""
    head = body.take(0, 10)
    if head[0] & 1 or head[3:6] != b"\x9d\x01\x2a":
        raise ValueError("no VP8 key frame")
    width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return Frame("VP8", width, height, alpha=False)


def _read_lossless(body: Reader) -> Frame:
    """Read the header of a lossless stream (RFC 9649, 3.4)."""
    head = body.take(0, 5)
    if head[0] != 0x2F:
        raise ValueError("no VP8L signature")
    bits = int.from_bytes(head[1:], "little")
    return Frame("VP8L", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1))
