"""Camera raw files that are TIFF files: where their picture is, their name, and what is shown.

DNG 1.7; TIFF/EP (ISO 12234-2). The makers' own layouts are not published: what is read of them is
what ExifTool's and LibRaw's authors have found, and only where they agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from service.metadata.draft import Draft
from service.metadata.embedded.tag_values import read_value
from service.metadata.formats.tiff_page import Tags
from service.metadata.values import Rational

_MAKE: Final = 0x010F
_PHOTOMETRIC: Final = 0x0106
_DNG_VERSION: Final = 0xC612
_DEFAULT_SCALE: Final = 0xC61E
_DEFAULT_CROP_SIZE: Final = 0xC620
_ACTIVE_AREA: Final = 0xC68D
_MOSAICS: Final = (32803, 34892)
"""PhotometricInterpretation of CFA and LinearRaw."""
_BY_HEADER: Final[Mapping[bytes, tuple[str, str]]] = {
    b"IIRO": ("ORF", "image/x-olympus-orf"),
    b"IIRS": ("ORF", "image/x-olympus-orf"),
    b"MMOR": ("ORF", "image/x-olympus-orf"),
    b"IIU\0": ("RW2", "image/x-panasonic-rw2"),
}
_BY_MAKER: Final[Mapping[str, tuple[str, str]]] = {
    "NIKON": ("NEF", "image/x-nikon-nef"),
    "SONY": ("ARW", "image/x-sony-arw"),
    "PENTAX": ("PEF", "image/x-pentax-pef"),
    "RICOH": ("PEF", "image/x-pentax-pef"),
    "SAMSUNG": ("SRW", "image/x-samsung-srw"),
}
_TURNED: Final = (5, 6, 7, 8)


def choose_picture(first: Tags, others: Sequence[Tags]) -> Tags:
    """Give the directory of the full picture: a sensor's before all, the largest of several."""
    full = [tags for tags in others if tags.is_full]
    raw = [tags for tags in full if _is_mosaic(tags)]
    if raw and not (first.is_full and _is_mosaic(first)):
        return max(raw, key=_area)
    return max(full, key=_area, default=first) if first.is_reduced else first


def _is_mosaic(tags: Tags) -> bool:
    return tags.number(_PHOTOMETRIC) in _MOSAICS


def _area(tags: Tags) -> int:
    return (tags.number(0x0100) or 0) * (tags.number(0x0101) or 0)


def name_format(first: Tags, picture: Tags, draft: Draft) -> None:
    """Name the format where the file is more than TIFF; a maker's name alone makes no raw file."""
    version = first.numbers(_DNG_VERSION)
    head = first.block.reader.some(0, 10)
    if version:
        draft.format, draft.media_type = "DNG", "image/x-adobe-dng"
        draft.format_version = ".".join(map(str, version))
    elif head[8:] == b"CR" and not first.block.big:
        draft.format, draft.media_type = "CR2", "image/x-canon-cr2"
    elif head[:4] in _BY_HEADER:
        draft.format, draft.media_type = _BY_HEADER[head[:4]]
    elif _is_mosaic(picture):
        make = first.entry(_MAKE)
        maker = str(read_value(first.block, make)).upper() if make else ""
        known = next((maker_ for maker_ in _BY_MAKER if maker.startswith(maker_)), None)
        if known is not None:
            draft.format, draft.media_type = _BY_MAKER[known]


def find_shown_size(tags: Tags) -> tuple[int, int] | None:
    """Give the size that DNG's tags leave of a sensor's picture, before it is turned, or None.

    DefaultCropSize, scaled by DefaultScale where pixels are not square, or else ActiveArea.
    """
    crop, scale = _read_pair(tags, _DEFAULT_CROP_SIZE), _read_pair(tags, _DEFAULT_SCALE)
    if crop is None:
        area = tags.numbers(_ACTIVE_AREA)
        if len(area) != 4 or area[2] <= area[0] or area[3] <= area[1]:
            return None
        crop = float(area[3] - area[1]), float(area[2] - area[0])
    across, down = scale or (1.0, 1.0)
    return round(crop[0] * across), round(crop[1] * down)


def _read_pair(tags: Tags, tag: int) -> tuple[float, float] | None:
    """Give two positive numbers, each below 2 to the power of 32, or None."""
    entry = tags.entry(tag)
    values = read_value(tags.block, entry) if entry is not None and entry.count == 2 else ()
    if not isinstance(values, tuple):
        return None
    plain = [value.value if isinstance(value, Rational) else value for value in values]
    first, second = [x if isinstance(x, (int, float)) else 0 for x in plain] or (0, 0)
    return (first, second) if 0 < first < 2**32 and 0 < second < 2**32 else None


def show(size: tuple[int, int] | None, draft: Draft) -> None:
    """Keep a shown size that is given before `draft.orientation` turns it."""
    if size is not None:
        draft.display_size = size[::-1] if draft.orientation in _TURNED else size
