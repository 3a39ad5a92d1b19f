"""Radiance pictures, ".hdr" (Radiance, "File Formats", section "Picture File Format")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from service.metadata.draft import Draft
from service.metadata.formats.raster import describe_samples
from service.metadata.reader import Reader

_MOST_BYTES: Final = 64 * 1024
_RESOLUTION: Final = re.compile(rb"([-+])([XY]) {1,4}(\d{1,9}) {1,4}([-+])([XY]) {1,4}(\d{1,9})\n")
_ORIENTATIONS: Final[Mapping[bytes, int]] = {b"-+": 1, b"--": 2, b"+-": 3, b"++": 4}
"""EXIF's orientation by the signs of Y and X, where rows run along X."""


def read_hdr(reader: Reader, draft: Draft) -> None:
    """Read the lines of a header, an empty one, and the line that states the size."""
    draft.format, draft.media_type = "HDR", "image/vnd.radiance"
    data = reader.some(0, _MOST_BYTES)
    end = data.find(b"\n\n")
    match = _RESOLUTION.match(data, end + 2) if end > 0 else None
    for line in data[: max(end, 0)].split(b"\n"):
        if line.startswith(b"#") and not line.startswith(b"#?"):
            draft.add_comment("HDR", line[1:].decode("latin-1").strip())
    # Three mantissas share an exponent: 32 bits a pixel, and none of them a sample's own.
    model = "RGB" if b"\nFORMAT=32-bit_rle_rgbe" in data[: max(end, 0)] else None
    describe_samples(draft, (), model=model, alpha=False)
    draft.samples_per_pixel = 3
    if match is None or match[2] == match[5]:
        draft.warn("no-size", "the line that states the size was not found")
        return
    draft.height, draft.width = int(match[3]), int(match[6])
    if match[2] == b"Y":
        draft.orientation = _ORIENTATIONS[match[1] + match[4]]
    else:
        # Rows run along Y: the picture is shown turned.
        draft.display_size = draft.height, draft.width
