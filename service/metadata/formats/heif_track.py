"""The frames of an image sequence: the first picture track of moov (ISO/IEC 14496-12, 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.metadata import limits
from service.metadata.formats.boxes import find_box, read_version, walk_boxes
from service.metadata.formats.heif_properties import Property
from service.metadata.reader import Reader
from service.metadata.record import Record

_PICTURES: Final = (b"pict", b"vide")
_ENTRY_SIZE: Final = 78
"""Bytes of a VisualSampleEntry in front of its boxes (12.1.3.2)."""
_REPEATED: Final = 1


class Track(Record):
    """A track of pictures: its size as coded, and how long each is shown, in milliseconds.

    `codec` is the four-letter type of its first sample entry, whose boxes are `properties`.
    `loops` is how often it is shown, 0 for ever, None where it does not say.
    """

    width: int
    height: int
    frames: int
    durations: tuple[float, ...]
    loops: int | None
    codec: bytes
    properties: Sequence[Property]


def read_track(movie: Reader) -> Track | None:
    """Read the first track of pictures in a moov box, or None."""
    for box in walk_boxes(movie):
        if box.type == b"trak":
            media = find_box(box.body, b"mdia")
            handler = find_box(media, b"hdlr") if media else None
            if media is not None and handler is not None and handler.take(8, 4) in _PICTURES:
                return _read_media(box.body, media)
    return None


def _read_media(track: Reader, media: Reader) -> Track | None:
    head, clock = find_box(track, b"tkhd"), find_box(media, b"mdhd")
    info = find_box(media, b"minf")
    table = find_box(info, b"stbl") if info else None
    if head is None or clock is None or table is None:
        return None
    sizes, times = find_box(table, b"stsz"), find_box(table, b"stts")
    if sizes is None or times is None:
        return None
    scale = clock.big(20 if read_version(clock) else 12, 4)
    end = 92 if read_version(head) else 80
    size = head.big(end - 4, 4) >> 16, head.big(end, 4) >> 16
    entries = find_box(table, b"stsd")
    entry = next(walk_boxes(entries, 8), None) if entries else None
    if entry is not None:
        size = entry.body.big(24, 2), entry.body.big(26, 2)
    return Track(
        *size,
        frames=sizes.big(8, 4),
        durations=_read_durations(times, scale),
        loops=_read_loops(track, head),
        codec=entry.type if entry else b"",
        properties=_read_properties(entry.body) if entry else (),
    )


def _read_properties(entry: Reader) -> Sequence[Property]:
    return [Property(box.type, box.body) for box in walk_boxes(entry, _ENTRY_SIZE)]


def _read_durations(times: Reader, scale: int) -> tuple[float, ...]:
    durations: list[float] = []
    for entry in range(min(times.big(4, 4), limits.CHUNKS)):
        count, delta = times.big(8 + 8 * entry, 4), times.big(12 + 8 * entry, 4)
        if len(durations) + count > limits.CHUNKS or not scale:
            return ()
        durations += [round(1000 * delta / scale, 3)] * count
    return tuple(durations)


def _read_loops(track: Reader, head: Reader) -> int | None:
    """Give the loops of a track whose only edit is repeated (elst, 8.6.6) as long as it lasts."""
    edits = find_box(track, b"edts")
    body = find_box(edits, b"elst") if edits else None
    if body is None or not body.big(3, 1) & _REPEATED or body.big(4, 4) != 1:
        return None
    once = body.big(8, 8 if read_version(body) else 4)
    width, at = (8, 28) if read_version(head) else (4, 20)
    whole = head.big(at, width)
    if whole == (1 << 8 * width) - 1:
        return 0
    return -(-whole // once) if once else None
