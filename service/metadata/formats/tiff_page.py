"""What one TIFF directory says of its picture (TIFF 6.0, sections 8, 13 to 18; DNG 1.7)."""

from __future__ import annotations

from typing import Final

from service.metadata.embedded.directory import TYPE_SIZES, Directory, Entry, TiffBlock
from service.metadata.embedded.tag_values import read_number, read_numbers
from service.metadata.encodings import SubImage, TiffEncoding
from service.metadata.formats.tiff_names import (
    EXTRA_SAMPLES,
    PLANAR_CONFIGURATIONS,
    SAMPLE_FORMATS,
    name_compression,
)
from service.metadata.model import Page
from service.metadata.record import Record

_MOST_SAMPLES: Final = 256
"""Samples a pixel whose bits are listed one by one where the file states them once."""
_PICTURE_TAGS: Final = frozenset({
    0x00FE, 0x00FF, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x010A, 0x0111, 0x0115, 0x0116, 0x0117,
    0x011C, 0x013D, 0x0140, 0x0142, 0x0143, 0x0144, 0x0145, 0x014A, 0x014C, 0x0152, 0x0153, 0x015B,
    0x0201, 0x0202, 0xC61E, 0xC620, 0xC640, 0xC68D,
})  # fmt: skip
_PAGE: Final = 2
"""NewSubfileType's bit of a page, which is a full picture."""
_NO_ROWS: Final = 2**32 - 1
"""RowsPerStrip's default: the picture is one strip."""


class Tags(Record):
    """The integers of a directory, by tag."""

    block: TiffBlock
    directory: Directory

    def entry(self, tag: int) -> Entry | None:
        """Give an entry, or None."""
        return self.directory.find(tag)

    def number(self, tag: int) -> int | None:
        """Give the first integer of a tag, or None."""
        return read_number(self.block, self.entry(tag))

    def numbers(self, tag: int, *, most: int = 64) -> tuple[int, ...]:
        """Give up to `most` integers of a tag; none where it is absent."""
        return read_numbers(self.block, self.entry(tag), most=most)

    @property
    def is_reduced(self) -> bool:
        """Whether the picture is a smaller version of another (NewSubfileType, SubfileType)."""
        return bool((self.number(0x00FE) or 0) & 1) or self.number(0x00FF) == 2

    @property
    def is_full(self) -> bool:
        """Whether the picture is neither reduced nor a mask or plane of another (DNG 1.7, 254)."""
        return not (self.number(0x00FE) or 0) & ~_PAGE and not self.is_reduced

    @property
    def is_whole(self) -> bool:
        """Whether PhotometricInterpretation, which has no default and must be there, is there.

        Where it is not, a directory was cut, and TIFF's defaults for absent tags say nothing.
        """
        return self.entry(0x0106) is not None

    @property
    def compression(self) -> int | None:
        """The compression's number: 1 is the default."""
        return self._number_or_1(0x0103)

    @property
    def samples(self) -> int | None:
        """Samples a pixel: 1 is the default."""
        return self._number_or_1(0x0115)

    def _number_or_1(self, tag: int) -> int | None:
        number = self.number(tag)
        return 1 if number is None and self.is_whole else number

    def last(self, tag: int) -> int | None:
        """Give the last integer of a tag without reading those before it."""
        entry = self.entry(tag)
        if entry is None or not entry.count:
            return None
        width = TYPE_SIZES[entry.type]
        end = entry._replace(count=1, at=entry.at + (entry.count - 1) * width)
        return read_number(self.block, end)


def keep_picture(block: TiffBlock, directory: Directory) -> Tags:
    """Give those tags of a directory that describe its picture: there may be many more."""
    places = {tag: directory.places[tag] for tag in directory.places.keys() & _PICTURE_TAGS}
    return Tags(block, Directory(places, directory.next))


def describe_page(tags: Tags) -> Page:
    """Give the size and the compression of a page."""
    return Page(tags.number(0x0100), tags.number(0x0101), name_compression(tags.compression).name)


def describe_sub_image(tags: Tags) -> SubImage:
    """Give the size and the compression of an image that SubIFDs names."""
    page = describe_page(tags)
    return SubImage(page.width, page.height, page.compression, reduced=tags.is_reduced)


def read_bits(tags: Tags, samples: int | None) -> tuple[int, ...] | None:
    """Give the bits of each sample; 1 is the default, and many writers state one for all."""
    bits = tags.numbers(0x0102, most=_MOST_SAMPLES) or ((1,) if tags.is_whole else ())
    if not bits:
        return None
    if samples is not None and len(bits) == 1 and 1 < samples <= _MOST_SAMPLES:
        return bits * samples
    return bits[:samples]


def read_sample_format(tags: Tags) -> str | None:
    """Give the format that all samples share; None where they differ."""
    formats = set(tags.numbers(0x0153)) or {1}
    return SAMPLE_FORMATS.get(formats.pop()) if len(formats) == 1 else None


def read_extra_samples(tags: Tags) -> tuple[str, ...]:
    """Name the samples beyond those of the colour (TIFF 6.0, section 18)."""
    codes = tags.numbers(0x0152)
    return tuple(EXTRA_SAMPLES.get(code, f"unknown ({code})") for code in codes)


def describe_layout(tags: Tags, sub_images: tuple[SubImage, ...]) -> TiffEncoding:
    """Describe how the samples lie in the file."""
    block = tags.block
    rows = tags.number(0x0116)
    tiled = tags.entry(0x0144) is not None or tags.entry(0x0142) is not None
    planar = tags.number(0x011C)
    default_planar = 1 if tags.is_whole else 0
    return TiffEncoding(
        byte_order="little-endian" if block.order == "<" else "big-endian",
        big_tiff=block.big,
        planar_configuration=PLANAR_CONFIGURATIONS.get(
            default_planar if planar is None else planar
        ),
        predictor=tags.number(0x013D),
        fill_order=tags.number(0x010A),
        layout="tiled" if tiled else "stripped" if tags.entry(0x0111) else None,
        tile_width=tags.number(0x0142),
        tile_height=tags.number(0x0143),
        rows_per_strip=None if tiled or rows is None or rows >= _NO_ROWS else rows,
        extra_samples=read_extra_samples(tags),
        sub_images=sub_images,
    )


def find_data(tags: Tags) -> tuple[int, int] | None:
    """Give (offset, size) of the first strip or tile, or None."""
    for offsets, sizes in ((0x0144, 0x0145), (0x0111, 0x0117)):
        offset = tags.number(offsets)
        if offset:
            return offset, tags.number(sizes) or tags.block.reader.size
    return None


def find_data_end(tags: Tags) -> int | None:
    """Give where the last strip or tile ends, or None. A sparse one has neither place nor size."""
    for offsets, sizes in ((0x0144, 0x0145), (0x0111, 0x0117)):
        offset = tags.last(offsets)
        if offset is not None:
            return offset + (tags.last(sizes) or 0)
    return None
