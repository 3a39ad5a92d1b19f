"""The frames of an image sequence: the first picture track of moov (ISO/IEC 14496-12, 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from service.metadata import limits
from service.metadata.formats.boxes import find_box, read_version, walk_boxes
from service.metadata.reader import Reader

_PICTURES: Final = (b"pict", b"vide")


@dataclass(frozen=True, slots=True)
class Track:
    """A track of pictures: its size, and how long each is shown, in milliseconds."""

    width: int
    height: int
    frames: int
    durations: tuple[float, ...]


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
    sizes = find_box(table, b"stsz") if table else None
    times = find_box(table, b"stts") if table else None
    if head is None or clock is None or sizes is None or times is None:
        return None
    scale = clock.big(20 if read_version(clock) else 12, 4)
    end = 92 if read_version(head) else 80
    width, height = head.big(end - 4, 4) >> 16, head.big(end, 4) >> 16
    return Track(width, height, sizes.big(8, 4), _read_durations(times, scale))


def _read_durations(times: Reader, scale: int) -> tuple[float, ...]:
    durations: list[float] = []
    for entry in range(min(times.big(4, 4), limits.CHUNKS)):
        count, delta = times.big(8 + 8 * entry, 4), times.big(12 + 8 * entry, 4)
        if len(durations) + count > limits.CHUNKS or not scale:
            return ()
        durations += [round(1000 * delta / scale, 3)] * count
    return tuple(durations)
