"""The items of a HEIF file: what they are, where they lie, how they refer to each other.

ISO/IEC 14496-12, 8.11: pitm, iinf, iloc, idat and iref in the meta box.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from service.metadata import limits
from service.metadata.formats.boxes import find_box, read_version, walk_boxes
from service.metadata.reader import Reader

_IN_FILE: Final = 0
_IN_IDAT: Final = 1


class Item(NamedTuple):
    """An item; `content_type` is that of a "mime" item."""

    id: int
    type: bytes
    hidden: bool
    content_type: str


class Extent(NamedTuple):
    """A run of an item's bytes, in the file or (`in_idat`) in the idat box."""

    offset: int
    size: int
    in_idat: bool


class Reference(NamedTuple):
    """One item refers to another in a role such as b"thmb"."""

    role: bytes
    source: int
    target: int


@dataclass(frozen=True, slots=True)
class Items:
    """All items of a file; `primary` is the one to be shown."""

    primary: int | None = None
    by_id: Mapping[int, Item] = field(default_factory=dict)
    extents: Mapping[int, tuple[Extent, ...]] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    idat: Reader | None = None

    def sources(self, role: bytes, target: int) -> list[int]:
        """Give the items that refer to `target` in a role."""
        return [r.source for r in self.references if r.role == role and r.target == target]

    def targets(self, role: bytes, source: int) -> list[int]:
        """Give the items that `source` refers to in a role."""
        return [r.target for r in self.references if r.role == role and r.source == source]

    def size(self, item: int) -> int:
        """Give the bytes of an item."""
        return sum(extent.size for extent in self.extents.get(item, ()))

    def read(self, item: int, file: Reader) -> bytes:
        """Give the data of an item; what lies beyond the file is left out."""
        parts: list[bytes] = []
        room = limits.XMP_BYTES
        for extent in self.extents.get(item, ()):
            source = self.idat if extent.in_idat else file
            if source is not None and room > 0:
                whole = extent.size or source.size
                parts.append(source.some(extent.offset, min(whole, room)))
                room -= len(parts[-1])
        return b"".join(parts)


def read_items(meta: Reader) -> Items:
    """Read the items of a meta box, whose version and flags have been passed."""
    boxes = {box.type: box.body for box in walk_boxes(meta)}
    primary, infos = boxes.get(b"pitm"), boxes.get(b"iinf")
    places, references = boxes.get(b"iloc"), boxes.get(b"iref")
    return Items(
        primary=_read_primary(primary) if primary else None,
        by_id=_read_infos(infos) if infos else {},
        extents=_read_places(places) if places else {},
        references=_read_references(references) if references else (),
        idat=find_box(meta, b"idat"),
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
    content_type = rest.partition(b"\0")[0].decode("latin-1") if kind == b"mime" else ""
    return Item(body.big(4, width), kind, bool(flags & 1), content_type)


def _read_places(body: Reader) -> dict[int, tuple[Extent, ...]]:
    """Read iloc (ISO/IEC 14496-12, 8.11.3); items that are built of others have no bytes."""
    version = read_version(body)
    sizes = body.big(4, 2)
    widths = _Widths(sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15 if version else 0)
    id_size = 4 if version == 2 else 2
    at = 6 + id_size
    places: dict[int, tuple[Extent, ...]] = {}
    for _ in range(min(body.big(6, id_size), limits.CHUNKS)):
        item, at = body.big(at, id_size), at + id_size
        method, at = (body.big(at, 2) & 15, at + 2) if version else (_IN_FILE, at)
        at += 2
        base, at = body.big(at, widths.base), at + widths.base
        count, at = body.big(at, 2), at + 2
        if method in (_IN_FILE, _IN_IDAT):
            found = _read_extents(body.window(at, count * widths.step), widths, base=base)
            places[item] = tuple(Extent(*run, method == _IN_IDAT) for run in found)
        at += count * widths.step
    return places


class _Widths(NamedTuple):
    """The bytes of iloc's numbers; an index is only passed over."""

    offset: int
    length: int
    base: int
    index_size: int

    @property
    def step(self) -> int:
        return self.index_size + self.offset + self.length


def _read_extents(body: Reader, widths: _Widths, *, base: int) -> Iterator[tuple[int, int]]:
    """Give (offset, size) of each extent; without any numbers the item begins at its base."""
    if not widths.step:
        yield base, 0
        return
    for at in range(0, body.size, widths.step):
        start = at + widths.index_size
        size = body.big(start + widths.offset, widths.length)
        yield base + body.big(start, widths.offset), size


def _read_references(body: Reader) -> tuple[Reference, ...]:
    width = 2 if read_version(body) == 0 else 4
    found: list[Reference] = []
    for box in walk_boxes(body, 4):
        source, count = box.body.big(0, width), box.body.big(width, 2)
        data = box.body.some(width + 2, count * width)
        targets = (
            int.from_bytes(data[at : at + width], "big") for at in range(0, len(data), width)
        )
        found += [Reference(box.type, source, target) for target in targets]
        if len(found) > limits.CHUNKS:
            break
    return tuple(found)
