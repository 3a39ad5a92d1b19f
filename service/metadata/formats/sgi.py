"""SGI images (Paul Haeberli, "The SGI Image File Format", version 1.00)."""

from __future__ import annotations

from struct import Struct
from typing import Final

from service.metadata.draft import Draft
from service.metadata.embedded.text import decode_text
from service.metadata.formats.raster import describe_compression, describe_samples
from service.metadata.reader import Reader

_HEADER: Final = Struct(">HBBHHHHII4x80sI")
_PLAIN: Final = 0


def is_sgi(head: bytes) -> bool:
    """Tell whether a header has one of two ways of storage and one or two bytes a sample."""
    return head[2:3] in (b"\0", b"\1") and head[3:4] in (b"\1", b"\2")


def read_sgi(reader: Reader, draft: Draft) -> None:
    """Read an SGI header: channels lie in planes, one behind the other."""
    draft.format, draft.media_type = "SGI", "image/sgi"
    with draft.part("truncated", "the header"):
        _, storage, width_of, dimensions, width, height, depth, _, _, name, colors = reader.unpack(
            _HEADER, 0
        )
        draft.width, draft.height = width, height if dimensions > 1 else 1
        channels = depth if dimensions > 2 else 1
        packing = "Uncompressed" if storage == _PLAIN else "RLE"
        describe_compression(draft, packing, lossless=True)
        model = "Grayscale" if channels < 3 else "RGB" if channels < 5 else None
        if colors == _PLAIN and channels:
            alpha = channels in (2, 4)
            describe_samples(draft, (8 * width_of,) * channels, model=model, alpha=alpha)
        text = decode_text(name)
        if text:
            draft.add_comment("SGI", text)
