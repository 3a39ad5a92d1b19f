"""JPEG data inside a TIFF file (TIFF Technical Note 2; TIFF 6.0, section 22, for the old style)."""

from __future__ import annotations

from typing import Final

from service.metadata.draft import Draft
from service.metadata.embedded.tag_values import read_bytes
from service.metadata.encodings import Encoding, QuantizationTable
from service.metadata.formats.jpeg import encode_frame
from service.metadata.formats.jpeg_frame import Frame, read_frame, read_tables
from service.metadata.formats.jpeg_markers import DQT, FRAMES, walk_segments
from service.metadata.formats.jpeg_segments import Pieces
from service.metadata.formats.tiff_page import Tags, find_data
from service.metadata.reader import OutOfBounds, Reader, reader_of

_ADOBE: Final = 0xEE
_MOST_TABLES: Final = 65536
"""Bytes of the abbreviated stream that holds tables alone: four tables of each kind fit."""


class _Found:
    frame: Frame | None = None

    def __init__(self) -> None:
        self.pieces = Pieces()
        self.tables: dict[int, QuantizationTable] = {}


def read_jpeg(tags: Tags, draft: Draft) -> tuple[Frame, Encoding] | None:
    """Give the frame and the encoding of the first strip's or tile's JPEG stream, or None."""
    found = _Found()
    shared = tags.entry(0x015B)
    with draft.part("jpeg-damaged", "the JPEG data"):
        if shared is not None and shared.size <= _MOST_TABLES:
            _walk_tables(reader_of(read_bytes(tags.block, shared)), found)
        stream = _find_stream(tags)
        if stream is not None:
            _walk(stream, found)
    if found.frame is None:
        return None
    encoding = encode_frame(found.frame, found.pieces, tuple(found.tables.values()))
    return found.frame, encoding


def _find_stream(tags: Tags) -> Reader | None:
    """Give the JPEG stream: the old style names it by a tag, and its strips have no header."""
    whole = tags.number(0x0201)
    if whole:
        size = tags.number(0x0202) or tags.block.reader.size
        return tags.block.reader.window(whole, size)
    place = find_data(tags)
    return tags.block.reader.window(*place) if place else None


def _walk_tables(stream: Reader, found: _Found) -> None:
    """Read the tables that all strips share; writers leave out the end marker at times."""
    try:
        _walk(stream, found)
    except OutOfBounds:
        return


def _walk(stream: Reader, found: _Found) -> None:
    if stream.some(0, 2) != b"\xff\xd8":
        return
    for segment in walk_segments(stream, 2):
        body = stream.window(segment.offset, segment.size)
        if segment.marker in FRAMES and found.frame is None:
            found.frame = read_frame(segment.marker, body)
        elif segment.marker == DQT:
            found.tables.update((table.id, table) for table in read_tables(body))
        elif segment.marker == _ADOBE and body.some(0, 5) == b"Adobe" and body.size >= 12:
            found.pieces.adobe = body.big(11, 1)
