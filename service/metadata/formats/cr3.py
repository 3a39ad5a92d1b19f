"""CR3, Canon's raw files: an ISO base media file with TIFF structures and tracks of pictures.

Not published: the boxes are as ExifTool and LibRaw have them.
"""

from __future__ import annotations

from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.exif import read_exif
from service.metadata.embedded.lone_directory import read_lone_directory
from service.metadata.embedded.tag_names import EXIF_TAGS, GPS_TAGS
from service.metadata.embedded.thumbnail import add_jpeg
from service.metadata.embedded.xmp import read_xmp
from service.metadata.formats.boxes import find_box, walk_boxes
from service.metadata.formats.raster import describe_samples
from service.metadata.formats.tiff_raw import show
from service.metadata.model import Exif
from service.metadata.reader import Reader
from service.metadata.record import replace

_CANON: Final = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_XMP: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_MOST_TRACKS: Final = 16
_RAW: Final = b"CRAW"
_DIRECTORIES: Final = ((b"CMT2", "exif", EXIF_TAGS), (b"CMT4", "gps", GPS_TAGS))


def is_cr3(head: bytes) -> bool:
    """Tell whether an ftyp box names Canon's brand."""
    return head[4:12] == b"ftypcrx "


def read_cr3(reader: Reader, draft: Draft) -> None:
    """Read moov: the largest track is the sensor's picture, the first TIFF says what is shown."""
    draft.format, draft.media_type = "CR3", "image/x-canon-cr3"
    with draft.part("truncated", "the file"):
        seen: set[bytes] = set()
        for box in walk_boxes(reader):
            if box.type == b"moov" and box.type not in seen:
                with draft.part("moov-damaged", "the moov box", box.body.base):
                    _read_movie(box.body, draft)
            elif box.type == b"uuid" and box.body.some(0, 16) == _XMP:
                read_xmp(box.body.some(16, limits.XMP_BYTES), draft)
            seen.add(box.type)
    if draft.width is None:
        draft.warn("no-size", "the picture of the sensor was not found")


def _read_movie(movie: Reader, draft: Draft) -> None:
    sizes: list[tuple[int, int]] = []
    tracks = 0
    for box in walk_boxes(movie):
        if box.type == b"uuid" and box.body.some(0, 16) == _CANON:
            _read_canon(box.body.window(16, box.body.size), draft)
        elif box.type == b"trak" and tracks < _MOST_TRACKS:
            tracks += 1
            sizes += _read_track(box.body)
    if sizes:
        draft.width, draft.height = max(sizes, key=lambda size: size[0] * size[1])
        describe_samples(draft, (), model="CFA", alpha=False)


def _read_canon(body: Reader, draft: Draft) -> None:
    """Read CMT1, CMT2 and CMT4: TIFF structures that begin with IFD 0, Exif and GPS in turn.

    CMT3 holds the maker notes. The first of several Canon boxes counts.
    """
    if draft.exif is not None:
        return
    blocks: dict[bytes, Reader] = {}
    for box in walk_boxes(body):
        blocks.setdefault(box.type, box.body.window(0, limits.TEXT_BYTES))
    if b"CMT1" in blocks:
        read_exif(blocks[b"CMT1"], draft)
    for name, key, names in _DIRECTORIES:
        tags = read_lone_directory(blocks[name], names, draft) if name in blocks else None
        if tags is not None:
            draft.exif = replace(draft.exif or Exif(), **{key: tags})
    _show_finished(draft)
    if b"THMB" in blocks:
        picture = blocks[b"THMB"]
        with draft.part("thumbnail-cut", "the thumbnail", picture.base):
            add_jpeg(picture.window(16, picture.big(8, 4)), source="cr3", draft=draft)


def _show_finished(draft: Draft) -> None:
    """IFD 0 states the size of the finished picture."""
    tags = draft.exif.ifd0 if draft.exif is not None else None
    width, height = (tags.get(name) if tags else None for name in ("ImageWidth", "ImageLength"))
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        show((width, height), draft)


def _read_track(track: Reader) -> list[tuple[int, int]]:
    """Give the size of a track of pictures by its sample entry, if it is one."""
    body: Reader | None = track
    for name in (b"mdia", b"minf", b"stbl", b"stsd"):
        body = find_box(body, name) if body is not None else None
    entry = next(walk_boxes(body, 8), None) if body is not None else None
    if entry is None or entry.type != _RAW:
        return []
    return [(entry.body.big(24, 2), entry.body.big(26, 2))]
