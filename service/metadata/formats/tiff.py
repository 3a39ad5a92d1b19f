"""TIFF 6.0, BigTIFF, and the camera raw files that are TIFF files."""

from __future__ import annotations

from itertools import chain
from struct import Struct
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.directory import TiffBlock, open_block, read_directory
from service.metadata.embedded.exif import collect_exif, read_orientation, read_resolution
from service.metadata.encodings import Encoding, TiffEncoding
from service.metadata.formats.tiff_embedded import add_preview, read_embedded
from service.metadata.formats.tiff_jpeg import read_jpeg
from service.metadata.formats.tiff_makers import describe_cr2, describe_rw2
from service.metadata.formats.tiff_names import (
    JPEG,
    LOSSY_DNG,
    OLD_JPEG,
    PALETTE,
    name_compression,
    name_photometric,
)
from service.metadata.formats.tiff_page import (
    Tags,
    describe_layout,
    describe_page,
    describe_sub_image,
    find_data_end,
    keep_picture,
    read_bits,
    read_extra_samples,
    read_sample_format,
)
from service.metadata.formats.tiff_raw import choose_picture, find_shown_size, name_format, show
from service.metadata.model import Palette
from service.metadata.reader import Reader
from service.metadata.record import replace

_HEADER_SIZE: Final = 8
_SUB_DIRECTORIES: Final = 0x014A
_JPEG_KINDS: Final = (OLD_JPEG, JPEG, LOSSY_DNG)


def read_tiff(reader: Reader, draft: Draft) -> None:
    """Read a TIFF file: the first directory's picture, and its pages and further images.

    Where the first is a preview (DNG, TIFF/EP), the picture is the full one among the others.
    """
    draft.format, draft.media_type = "TIFF", "image/tiff"
    with draft.part("truncated", "the TIFF header"):
        block = open_block(reader)
        if block.first < _HEADER_SIZE:
            draft.warn("ifd-damaged", "the header names no directory", reader.base + 4)
            return
        first = read_directory(block, block.first, draft)
        if first is None:
            return
        tags = Tags(block, first)
        draft.exif = collect_exif(block, first, None, draft)
        read_orientation(block, first, draft)
        draft.resolution = read_resolution(block, first)
        subs = _read_sub_directories(tags, draft)
        pages, more = _read_pages(tags, draft)
        _describe_all(tags, subs, pages, draft)
        read_embedded(tags, draft)
        if draft.format == "TIFF":
            draft.page_count = len(pages) + more
            draft.pages = tuple(map(describe_page, pages)) if len(pages) > 1 else ()


def _read_sub_directories(first: Tags, draft: Draft) -> tuple[Tags, ...]:
    """Read the directories that SubIFDs names, and those that these name."""
    found: list[Tags] = []
    for tags in chain((first,), found):
        for offset in tags.numbers(_SUB_DIRECTORIES, most=limits.DIRECTORIES):
            if offset and (directory := read_directory(tags.block, offset, draft)):
                found.append(keep_picture(tags.block, directory))
    return tuple(found)


def _describe_all(first: Tags, subs: tuple[Tags, ...], pages: list[Tags], draft: Draft) -> None:
    """Describe the picture, and keep the other pictures that are JPEG files as thumbnails."""
    others = (*subs, *pages[1:])
    chosen = choose_picture(first, others)
    name_format(first, chosen, draft)
    layout = describe_layout(chosen, tuple(map(describe_sub_image, subs)))
    if draft.format == "CR2":
        describe_cr2(pages, layout, draft)
    elif draft.format == "RW2":
        describe_rw2(first, layout, draft)
    else:
        _describe(chosen, layout, draft)
        show(find_shown_size(chosen), draft)
    for tags in (first, *others)[: limits.PREVIEWS]:
        is_preview = tags.is_reduced or (draft.format != "TIFF" and tags is not chosen)
        if is_preview or draft.format == "CR2":
            add_preview(tags, draft)


def _describe(tags: Tags, layout: TiffEncoding, draft: Draft) -> None:
    draft.width, draft.height = tags.number(0x0100), tags.number(0x0101)
    if draft.width is None or draft.height is None:
        draft.warn("no-size", "the first directory does not state the size of the picture")
    _describe_samples(tags, draft)
    draft.encoding = replace(_describe_compression(tags, draft), tiff=layout)
    end = find_data_end(tags)
    if end is not None and end > tags.block.reader.size:
        draft.warn("truncated", "the picture data is cut short", tags.block.reader.size)


def _describe_compression(tags: Tags, draft: Draft) -> Encoding:
    compression = name_compression(tags.compression)
    encoding = Encoding(compression=compression.name, lossless=compression.lossless)
    if tags.compression not in _JPEG_KINDS:
        return encoding
    inner = read_jpeg(tags, draft)
    return replace(inner[1], compression=compression.name) if inner else encoding


def _describe_samples(tags: Tags, draft: Draft) -> None:
    samples = tags.samples
    draft.samples_per_pixel = samples
    draft.bits_per_sample = read_bits(tags, samples)
    draft.sample_format = read_sample_format(tags)
    code = tags.number(0x0106)
    names = name_photometric(code, ink_set=tags.number(0x014C))
    draft.photometric_interpretation, draft.color_model = names
    if tags.is_whole:
        draft.has_alpha = any(name.endswith("Alpha") for name in read_extra_samples(tags))
    colors = tags.entry(0x0140)
    if code == PALETTE and colors is not None:
        draft.palette = Palette(colors.count // 3, 48)


def _read_pages(first: Tags, draft: Draft) -> tuple[list[Tags], int]:
    """Give the directories in the chain, and how many more there are by their links alone."""
    block, pages = first.block, [first]
    following = first.directory.next
    while following and len(block.seen) < limits.DIRECTORIES:
        directory = read_directory(block, following, draft)
        if directory is None:
            return pages, 0
        pages.append(keep_picture(block, directory))
        following = directory.next
    return pages, _count_links(block, following, draft)


def _count_links(block: TiffBlock, offset: int, draft: Draft) -> int:
    """Count the directories from `offset` on, each by its number of entries and its link."""
    counter, entry, link = ("Q", 20, "Q") if block.big else ("H", 12, "I")
    count_layout, link_layout = Struct(block.order + counter), Struct(block.order + link)
    listed, seen = len(block.seen), set(block.seen)
    with draft.part("ifd-damaged", "the chain of pages"):
        while offset and offset not in seen and len(seen) < limits.CHUNKS:
            (entries,) = block.reader.unpack(count_layout, offset)
            after = offset + count_layout.size + entries * entry
            seen.add(offset)
            (offset,) = block.reader.unpack(link_layout, after)
    if offset in seen:
        draft.warn("ifd-loop", "a directory of tags refers back to itself", offset)
    return len(seen) - listed
