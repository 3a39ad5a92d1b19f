"""TIFF 6.0, BigTIFF and DNG."""

from __future__ import annotations

from dataclasses import replace
from struct import Struct
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.directory import TiffBlock, open_block, read_directory
from service.metadata.embedded.exif import collect_exif, read_orientation, read_resolution
from service.metadata.encodings import Encoding
from service.metadata.formats.tiff_embedded import add_preview, read_embedded
from service.metadata.formats.tiff_jpeg import read_jpeg_encoding
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
    read_bits,
    read_extra_samples,
    read_sample_format,
)
from service.metadata.model import Palette
from service.metadata.reader import Reader

_DNG_VERSION: Final = 0xC612
_SUB_DIRECTORIES: Final = 0x014A
_JPEG_KINDS: Final = (OLD_JPEG, JPEG, LOSSY_DNG)


def read_tiff(reader: Reader, draft: Draft) -> None:
    """Read a TIFF file: the first directory's picture, and its pages and further images.

    Where the first is a preview (DNG, TIFF/EP), the picture is the full one among its SubIFDs.
    """
    draft.format, draft.media_type = "TIFF", "image/tiff"
    with draft.part("truncated", "the TIFF header"):
        block = open_block(reader)
        first = read_directory(block, block.first, draft)
        if first is None:
            return
        tags = Tags(block, first)
        _read_version(tags, draft)
        draft.exif = collect_exif(block, first, None, draft)
        read_orientation(block, first, draft)
        draft.resolution = read_resolution(block, first)
        subs = _read_sub_directories(tags, draft)
        _describe(_choose(tags, subs), subs, draft)
        read_embedded(tags, draft)
        for other in (tags, *subs):
            add_preview(other, draft)
        _read_pages(tags, draft)


def _read_version(tags: Tags, draft: Draft) -> None:
    version = tags.numbers(_DNG_VERSION)
    if version:
        draft.format, draft.media_type = "DNG", "image/x-adobe-dng"
        draft.format_version = ".".join(map(str, version))
    elif tags.block.reader.some(8, 2) == b"CR" and not tags.block.big:
        draft.format, draft.media_type = "CR2", "image/x-canon-cr2"


def _read_sub_directories(tags: Tags, draft: Draft) -> tuple[Tags, ...]:
    offsets = tags.numbers(_SUB_DIRECTORIES, most=limits.DIRECTORIES)
    found = (read_directory(tags.block, offset, draft) for offset in offsets if offset)
    return tuple(Tags(tags.block, directory) for directory in found if directory is not None)


def _choose(first: Tags, subs: tuple[Tags, ...]) -> Tags:
    """Give the directory of the full picture."""
    if first.is_reduced:
        return next((sub for sub in subs if not sub.is_reduced), first)
    return first


def _describe(tags: Tags, subs: tuple[Tags, ...], draft: Draft) -> None:
    draft.width, draft.height = tags.number(0x0100), tags.number(0x0101)
    if draft.width is None or draft.height is None:
        draft.warn("no-size", "the first directory does not state the size of the picture")
    _describe_samples(tags, draft)
    images = tuple(map(describe_sub_image, subs))
    draft.encoding = replace(_describe_compression(tags, draft), tiff=describe_layout(tags, images))
    end = find_data_end(tags)
    if end is not None and end > tags.block.reader.size:
        draft.warn("truncated", "the picture data is cut short", tags.block.reader.size)


def _describe_compression(tags: Tags, draft: Draft) -> Encoding:
    compression = name_compression(tags.compression)
    encoding = Encoding(compression=compression.name, lossless=compression.lossless)
    if tags.compression not in _JPEG_KINDS:
        return encoding
    inner = read_jpeg_encoding(tags, draft) or encoding
    return replace(inner, compression=compression.name)


def _describe_samples(tags: Tags, draft: Draft) -> None:
    samples = tags.samples
    draft.samples_per_pixel = samples
    draft.bits_per_sample = read_bits(tags, samples) if samples is not None else None
    draft.sample_format = read_sample_format(tags)
    code = tags.number(0x0106)
    names = name_photometric(code, ink_set=tags.number(0x014C))
    draft.photometric_interpretation, draft.color_model = names
    if tags.is_whole:
        draft.has_alpha = any(name.endswith("Alpha") for name in read_extra_samples(tags))
    colors = tags.entry(0x0140)
    if code == PALETTE and colors is not None:
        draft.palette = Palette(colors.count // 3, 48)


def _read_pages(first: Tags, draft: Draft) -> None:
    """List the pages, and count those beyond what is listed by their links alone."""
    block, pages = first.block, [describe_page(first)]
    following = first.directory.next
    while following and len(block.seen) < limits.DIRECTORIES:
        directory = read_directory(block, following, draft)
        if directory is None:
            following = 0
            break
        tags = Tags(block, directory)
        pages.append(describe_page(tags))
        add_preview(tags, draft)
        following = directory.next
    draft.page_count = len(pages) + _count_links(block, following, draft)
    draft.pages = tuple(pages) if len(pages) > 1 else ()


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
