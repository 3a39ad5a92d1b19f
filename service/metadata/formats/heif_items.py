"""The items of a HEIF file: what they are, where they lie, how they refer to each other.

ISO/IEC 14496-12, 8.11: pitm, iinf, idat and iref in the meta box; `heif_places` reads iloc.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from service.metadata import limits
from service.metadata.formats.boxes import read_version, walk_boxes
from service.metadata.formats.heif_places import Extent, Method, read_places
from service.metadata.reader import Reader
from service.metadata.record import Record


class Item(NamedTuple):
    """An item; `content_type` and `content_encoding` are those of a "mime" item."""

    id: int
    type: bytes
    hidden: bool
    content_type: str
    content_encoding: str


class References(Record):
    """Which items one item refers to in a role such as b"thmb", and the same backwards."""

    forward: Mapping[tuple[bytes, int], Sequence[int]]
    backward: Mapping[tuple[bytes, int], Sequence[int]]


class Items(Record):
    """All items of a file; `primary` is the one to be shown."""

    primary: int | None
    by_id: Mapping[int, Item]
    extents: Mapping[int, tuple[Extent, ...]]
    references: References
    idat: Reader | None

    def sources(self, role: bytes, target: int) -> Sequence[int]:
        """Give the items that refer to `target` in a role."""
        return self.references.backward.get((role, target), ())

    def targets(self, role: bytes, source: int) -> Sequence[int]:
        """Give the items that `source` refers to in a role."""
        return self.references.forward.get((role, source), ())

    def size(self, item: int) -> int:
        """Give the bytes of an item."""
        return sum(extent.size for extent in self.extents.get(item, ()))

    def read(self, item: int, file: Reader) -> bytes:
        """Give the data of an item; what lies beyond the file, or is too long, is left out.

        An item may be cut out of another one, which is then one of the file's own bytes.
        """
        parts: list[bytes] = []
        room = limits.XMP_BYTES
        origin: Reader | None = None
        for extent in self.extents.get(item, ()):
            if extent.method == Method.IN_ITEM and origin is None:
                origin = self._find_origin(item, file)
            sources = {Method.IN_FILE: file, Method.IN_IDAT: self.idat, Method.IN_ITEM: origin}
            source = sources[extent.method]
            if source is not None and room > 0:
                whole = extent.size or source.size
                parts.append(source.some(extent.offset, min(whole, room)))
                room -= len(parts[-1])
        return b"".join(parts)

    def _find_origin(self, item: int, file: Reader) -> Reader | None:
        """Give the item of one run in the file or in idat out of which `item` is cut (8.11.3)."""
        origins = self.targets(b"iloc", item)
        extents = self.extents.get(origins[0], ()) if origins else ()
        if len(extents) != 1 or extents[0].method == Method.IN_ITEM:
            return None
        source = self.idat if extents[0].method == Method.IN_IDAT else file
        if source is None:
            return None
        return source.window(extents[0].offset, extents[0].size or source.size)


def read_items(meta: Reader) -> Items:
    """Read the items of a meta box, whose version and flags have been passed."""
    boxes: dict[bytes, Reader] = {}
    for box in walk_boxes(meta):
        boxes.setdefault(box.type, box.body)
    primary, infos = boxes.get(b"pitm"), boxes.get(b"iinf")
    places, references = boxes.get(b"iloc"), boxes.get(b"iref")
    return Items(
        primary=_read_primary(primary) if primary else None,
        by_id=_read_infos(infos) if infos else {},
        extents=read_places(places) if places else {},
        references=_read_references(references) if references else References({}, {}),
        idat=boxes.get(b"idat"),
    )


def _read_primary(body: Reader) -> int:
    return body.big(4, 2 if read_version(body) == 0 else 4)


def _read_infos(body: Reader) -> dict[int, Item]:
    offset = 6 if read_version(body) == 0 else 8
    infos = (box.body for box in walk_boxes(body, offset) if box.type == b"infe")
    items = (_read_info(info) for info in infos)
    return {item.id: item for item in items if item is not None}


def _read_info(body: Reader) -> Item | None:
    """Read an entry of version 2 or 3; older ones are not used for pictures."""
    version, flags = read_version(body), body.big(1, 3)
    if version < 2:
        return None
    width = 2 if version == 2 else 4
    kind = body.take(6 + width, 4)
    _, _, rest = body.some(10 + width, 512).partition(b"\0")
    texts = rest.decode("latin-1").split("\0") if kind == b"mime" else []
    content_type, encoding = (*texts, "", "")[:2]
    return Item(body.big(4, width), kind, bool(flags & 1), content_type, encoding)


def _read_references(body: Reader) -> References:
    """Read iref (8.11.12), as many references as there may be boxes."""
    width = 2 if read_version(body) == 0 else 4
    forward: dict[tuple[bytes, int], list[int]] = {}
    backward: dict[tuple[bytes, int], list[int]] = {}
    room = limits.CHUNKS
    for box in walk_boxes(body, 4):
        source, count = box.body.big(0, width), box.body.big(width, 2)
        data = box.body.some(width + 2, min(count, room) * width)
        room -= len(data) // width
        for at in range(0, len(data), width):
            target = int.from_bytes(data[at : at + width], "big")
            forward.setdefault((box.type, source), []).append(target)
            backward.setdefault((box.type, target), []).append(source)
    return References(forward, backward)
