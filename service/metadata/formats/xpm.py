"""XPM, X pixmaps as text of the C language (Arnaud Le Hors, "XPM Manual", version 3)."""

from __future__ import annotations

import re
from typing import Final

from service.metadata.draft import Draft
from service.metadata.errors import NotAnImage
from service.metadata.formats.raster import describe_samples
from service.metadata.model import Palette
from service.metadata.reader import Reader

_MOST_BYTES: Final = 64 * 1024
_VALUES: Final = re.compile(rb'"\s{0,99}(\d{1,9})\s{1,99}(\d{1,9})\s{1,99}(\d{1,9})\s{1,99}(\d)\b')
_NONE: Final = re.compile(rb'\s(?:c|m|g|g4)\s{1,99}None\s{0,99}"', re.IGNORECASE)


def read_xpm(reader: Reader, draft: Draft) -> None:
    """Read the first string: width, height, colours, characters a pixel; and whether one is None.

    Raises `NotAnImage` where there is no such string.
    """
    draft.format, draft.media_type = "XPM", "image/x-xpixmap"
    data = reader.some(0, _MOST_BYTES)
    match = _VALUES.search(data)
    if match is None:
        raise NotAnImage("the input is no image of a known format")
    draft.width, draft.height, colors = (int(number) for number in match.groups()[:3])
    describe_samples(draft, (), model="Palette", alpha=_NONE.search(data, match.end()) is not None)
    draft.samples_per_pixel, draft.palette = 1, Palette(colors, 24)
