"""HEIF (ISO/IEC 23008-12) with AV1 (AVIF) or HEVC (HEIC) inside."""

from __future__ import annotations

from typing import Final

from service.metadata.draft import Draft
from service.metadata.formats.boxes import Box, walk_boxes
from service.metadata.formats.heif_image import describe, describe_track
from service.metadata.formats.heif_items import read_items
from service.metadata.formats.heif_metadata import read_color, read_metadata
from service.metadata.formats.heif_mini import read_mini
from service.metadata.formats.heif_pages import ImageFile, describe_pages
from service.metadata.formats.heif_properties import read_properties
from service.metadata.formats.heif_track import read_track
from service.metadata.model import Animation
from service.metadata.reader import Reader

_MINIMIZED: Final = "mif3"
_AVIF_BRANDS: Final = frozenset({"avif", "avis"})
_HEIC_BRANDS: Final = frozenset({"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"})
_HEIF_BRANDS: Final = frozenset({"mif1", "mif2", _MINIMIZED, "msf1", "miaf", "1pic"})
_SEQUENCES: Final = frozenset({"avis", "msf1", "hevc", "hevx", "hevm", "hevs"})


def is_heif(head: bytes) -> bool:
    """Tell whether `head` begins with an ftyp box that names a brand of pictures."""
    return head[4:8] == b"ftyp" and bool(
        set(_read_brands(head)) & (_AVIF_BRANDS | _HEIC_BRANDS | _HEIF_BRANDS)
    )


def read_heif(reader: Reader, draft: Draft) -> None:
    """Read a HEIF file: its primary item, and the frames of a sequence."""
    brands = _read_brands(reader.some(0, 512))
    _name_format(brands, draft)
    seen: set[bytes] = set()
    with draft.part("truncated", "the file"):
        for box in walk_boxes(reader):
            if box.is_cut:
                draft.warn("truncated", f"the box {_spell(box)} is cut short", box.body.base)
            if box.type in seen:
                continue
            seen.add(box.type)
            if box.type == b"meta":
                with draft.part("meta-damaged", "the meta box", box.body.base):
                    _read_meta(reader, box.body, brands=brands, draft=draft)
            elif box.type == b"moov":
                with draft.part("moov-damaged", "the moov box", box.body.base):
                    _read_movie(box.body, brands, draft)
            elif box.type == b"mini":
                with draft.part("meta-damaged", "the mini box", box.body.base):
                    read_mini(box.body, brands=brands, draft=draft)
    if draft.width is None:
        draft.warn("no-size", "the size of the picture was not found")


def _spell(box: Box) -> str:
    return box.type.decode("latin-1")


def _read_brands(head: bytes) -> tuple[str, ...]:
    """Give the brands of an ftyp box, the major one first.

    A minimized file has a further brand in place of the minor version.
    """
    end = min(int.from_bytes(head[:4], "big"), len(head))
    first = 12 if head[8:12] == _MINIMIZED.encode() else 16
    names = [head[8:12], *(head[at : at + 4] for at in range(first, end - 3, 4))]
    return tuple(name.decode("latin-1").rstrip() for name in names)


def _name_format(brands: tuple[str, ...], draft: Draft) -> None:
    known = set(brands)
    if known & _AVIF_BRANDS:
        draft.format, draft.media_type = "AVIF", "image/avif"
    elif known & _HEIC_BRANDS:
        draft.format, draft.media_type = "HEIC", "image/heic"
    else:
        draft.format, draft.media_type = "HEIF", "image/heif"
    if brands[0] in _SEQUENCES and draft.format != "AVIF":
        draft.media_type += "-sequence"
    draft.format_version = brands[0] or None


def _read_meta(reader: Reader, body: Reader, *, brands: tuple[str, ...], draft: Draft) -> None:
    # A full box (ISO/IEC 14496-12, 8.11.1); QuickTime's has no version and begins with hdlr.
    meta = body if body.some(4, 4) == b"hdlr" else body.window(4, body.size)
    file = ImageFile(reader, read_items(meta), read_properties(meta))
    primary = file.items.primary
    if primary is None:
        draft.warn("no-primary", "no primary item is named", body.base)
        return
    read_color(file.of(primary), draft)
    read_color(file.of(file.codec_item(primary)), draft)
    describe(file, primary, brands=brands, draft=draft)
    describe_pages(file, draft)
    orientation = draft.orientation
    read_metadata(file.items, file.properties, reader=reader, draft=draft)
    draft.orientation = orientation


def _read_movie(movie: Reader, brands: tuple[str, ...], draft: Draft) -> None:
    """Read an image sequence; a motion photo's film in another brand is none."""
    if not set(brands) & _SEQUENCES:
        return
    track = read_track(movie)
    if track is None:
        return
    total = round(sum(track.durations), 3) if track.durations else None
    draft.animation = Animation(track.frames, track.loops, total, track.durations or None)
    if draft.width is None:
        read_color(track.properties, draft)
        describe_track(track, brands=brands, draft=draft)
