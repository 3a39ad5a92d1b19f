"""Data that is packed by Brotli (RFC 7932), unpacked within the limits of a file."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final

from service.metadata import limits

if TYPE_CHECKING:
    from service.metadata.draft import Draft
    from service.metadata.reader import Reader

_FED_BYTES: Final = 16 * 1024
_GIVEN_BYTES: Final = 1024 * 1024
"""What is fed and given at once: the limits are looked at in between."""
_SECONDS: Final = 2.0
"""A stream can be made to cost much and give nothing; a file has one for EXIF and one for XMP."""


def unpack_brotli(packed: Reader, draft: Draft, *, most: int) -> bytes:
    """Give what `packed` holds, up to about `most` bytes, and warn where that is not all.

    What is fed counts as decompressed too. Raises ValueError for what is no Brotli stream.
    """
    import brotli  # type: ignore[import-untyped]  # few files have such data

    engine = brotli.Decompressor()
    parts: list[bytes] = []
    room = min(most, limits.DECOMPRESSED_BYTES - draft.decompressed)
    fed, end = 0, monotonic() + _SECONDS
    try:
        while room > 0 and monotonic() < end and not engine.is_finished():
            piece = packed.some(fed, _FED_BYTES) if engine.can_accept_more_data() else b""
            if not piece and engine.can_accept_more_data():
                draft.warn("brotli", "data packed by Brotli is cut short", packed.base + fed)
                break
            parts.append(engine.process(piece, output_buffer_limit=_GIVEN_BYTES))
            fed += len(piece)
            room -= len(piece) + len(parts[-1])
        else:
            if not engine.is_finished():
                draft.warn("limit-decompressed", "data packed by Brotli was cut: too much of it")
    except brotli.error as error:
        raise ValueError(str(error)) from error
    draft.decompressed += fed + sum(map(len, parts))
    return b"".join(parts)
