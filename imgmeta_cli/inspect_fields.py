"""The names of an answer's facts: which there are, and those of them that were asked for."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from imgmeta_cli.errors import UsageError
from service.metadata.embedded.tag_names import EXIF_TAGS, GPS_TAGS, IMAGE_TAGS, INTEROP_TAGS
from service.metadata.model import ImageMetadata

PATH: Final = "path"
CSV_COLUMNS: Final = (
    PATH,
    "file.size", "file.mediaType", "file.format", "file.formatVersion", "file.extensionMismatch",
    "file.sha256", "image.width", "image.height", "image.displayWidth", "image.displayHeight",
    "image.orientation", "image.megapixels", "image.bitsPerSample", "image.colorModel",
    "image.hasAlpha", "image.resolution.x", "image.resolution.y", "image.resolution.unit",
    "image.pageCount", "encoding.compression", "encoding.lossless", "encoding.progressive",
    "encoding.interlaced", "color.iccProfile.description", "animation.frameCount",
    "animation.loopCount", "animation.durationMs", "exif.ifd0.Make", "exif.ifd0.Model",
    "exif.exif.LensModel", "exif.exif.DateTimeOriginal", "exif.exif.OffsetTimeOriginal",
    "exif.exif.ExposureTime", "exif.exif.FNumber", "exif.exif.PhotographicSensitivity",
    "exif.exif.FocalLength", "location.latitude", "location.longitude", "location.altitude",
    "warnings",
)  # fmt: skip
"""The columns where none were asked for. Programs rely on them: new ones are added at the end."""

_OWN_TAGS: Final[Mapping[str, frozenset[str]]] = {
    "ifd0": frozenset(IMAGE_TAGS.values()),
    "exif": frozenset(EXIF_TAGS.values()),
    "gps": frozenset(GPS_TAGS.values()),
    "interop": frozenset(INTEROP_TAGS.values()),
    "ifd1": frozenset(),
}
_STRAY_TAGS: Final = frozenset((*IMAGE_TAGS.values(), *EXIF_TAGS.values()))
"""Tags of the camera and of the image are named alike where a writer mixed them up."""
_UNKNOWN_TAG: Final = re.compile(r"0x[0-9A-F]{4}")
_NEAR: Final = 3
_LIKENESS: Final = 0.6

Tree = Mapping[str, Any]


def check_fields(text: str) -> tuple[str, ...]:
    """Give the dotted paths in a list with commas; UsageError names the first that is unknown."""
    asked = tuple(part.strip() for part in text.split(",") if part.strip())
    if not asked:
        raise UsageError("--fields names no field", "for example: --fields image.width,location")
    for field in asked:
        if field != PATH and not _is_known(field):
            near = list(_find_near(field))
            hint = f"near it: {', '.join(near)}" if near else f"groups: {', '.join(_facts())}"
            raise UsageError(f"--fields {field!r} is unknown", hint)
    return tuple(dict.fromkeys(asked))


def select(document: Mapping[str, Any], asked: Sequence[str]) -> dict[str, Any]:
    """Give the asked-for part of an answer as JSON, nested as it was; what is absent is None."""
    chosen: dict[str, Any] = {}
    for field in asked:
        if field != PATH:
            _copy(document, chosen, field.split("."))
    return chosen


def look_up(document: Mapping[str, Any], field: str) -> Any:
    """Give the value at a dotted path, or None."""
    value: Any = document
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def expand(field: str) -> tuple[str, ...]:
    """Give the columns of a field: those below it, where the answer always has the same."""
    tree: Any = _facts()
    for name in field.split("."):
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tuple(_list_leaves(tree, field)) if isinstance(tree, dict) else (field,)


def _copy(source: Any, target: dict[str, Any], names: Sequence[str]) -> None:
    """Copy one path, whose parents may be absent, into what was chosen so far."""
    name, below = names[0], names[1:]
    value = source.get(name) if isinstance(source, dict) else None
    if not below or not isinstance(value, dict):
        target[name] = value if not below else target.get(name)
        return
    if not isinstance(target.get(name), dict):
        target[name] = {}
    elif target[name] is value:
        return  # the whole group was asked for before
    _copy(value, target[name], below)


def _is_known(field: str) -> bool:
    tree: Any = _facts()
    parent = ""
    for name in field.split("."):
        if isinstance(tree, dict):
            if name not in tree:
                return False
            parent, tree = name, tree[name]
        elif tree is Mapping:
            # What is inside a value is its own: a rational's, or a structure's of XMP.
            return _is_key(parent, name)
        else:
            return False
    return True


def _is_key(parent: str, name: str) -> bool:
    """Whether a mapping may have this key: EXIF has its tags, IPTC and XMP any name."""
    if parent not in _OWN_TAGS:
        return name != ""
    tags = _OWN_TAGS[parent] | _STRAY_TAGS
    return name in tags or _UNKNOWN_TAG.fullmatch(name) is not None


def _find_near(field: str) -> Iterator[str]:
    """Known paths that end alike, then those spelled alike."""
    from difflib import get_close_matches

    known = {path.lower(): path for path in _list_all()}
    low = field.lower()
    last = low.rpartition(".")[2]
    ends = [path for small, path in known.items() if small.rpartition(".")[2] == last]
    alike = get_close_matches(low, known, n=_NEAR, cutoff=_LIKENESS)
    names: dict[str, list[str]] = {}
    for small, path in known.items():
        names.setdefault(small.rpartition(".")[2], []).append(path)
    close = get_close_matches(last, names, n=_NEAR, cutoff=_LIKENESS)
    found = [*ends, *(known[small] for small in alike), *(names[name][0] for name in close)]
    yield from list(dict.fromkeys(found))[:_NEAR]


def _list_all() -> Iterator[str]:
    """Every path with a name: groups, leaves, and the tags of EXIF."""
    yield from _list_nodes(_facts(), "")
    for directory, tags in _OWN_TAGS.items():
        yield from (f"exif.{directory}.{tag}" for tag in sorted(tags))


def _list_nodes(tree: Tree, above: str) -> Iterator[str]:
    for name, below in tree.items():
        path = f"{above}.{name}" if above else name
        yield path
        if isinstance(below, dict):
            yield from _list_nodes(below, path)


def _list_leaves(tree: Tree, above: str) -> Iterator[str]:
    for name, below in tree.items():
        path = f"{above}.{name}"
        if isinstance(below, dict):
            yield from _list_leaves(below, path)
        else:
            yield path


@cache
def _facts() -> dict[str, Any]:
    return _read_tree(ImageMetadata)


def _read_tree(kind: type[Any]) -> dict[str, Any]:
    """The JSON names of a dataclass: a dict below a group, Mapping for tags, None for a value."""
    hints = get_type_hints(kind)
    return {_name_key(field.name): _read_branch(hints[field.name]) for field in fields(kind)}


def _read_branch(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is Mapping:
        return Mapping
    return _read_tree(hint) if is_dataclass(hint) and isinstance(hint, type) else None


def _name_key(name: str) -> str:
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(word.capitalize() for word in rest)
