"""The rows of the report's table. Everything that comes from a file is escaped here."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import Final

from imgmeta_cli.inspect_words import name_dimensions, name_size
from imgmeta_cli.report.entry import Entry, Unreadable

_JPEG: Final = b"\xff\xd8\xff"
_COLUMNS: Final = ("file", "format", "dimensions", "size", "camera", "taken", "place")


def make_row(entry: Entry, *, thumbnail: bool) -> str:
    """A row of the table, with the picture's own thumbnail or its format's name in its place."""
    picture = _make_picture(entry) if thumbnail else None
    first = picture or f'<span class="none" aria-hidden="true">{escape(entry.format)}</span>'
    return f'<tr role="row"><td role="cell" class="thumb">{first}</td>{_make_cells(entry)}</tr>\n'


def make_refusal(file: Unreadable) -> str:
    """An item of the list of files that could not be read."""
    return f"<li><bdi>{escape(file.path)}</bdi> <span>{escape(file.cause)}</span></li>\n"


def _make_picture(entry: Entry) -> str | None:
    if entry.thumbnail is None or not entry.thumbnail.startswith(_JPEG):
        return None
    data = b64encode(entry.thumbnail).decode()
    turned = f' class="o{entry.orientation}"' if entry.orientation > 1 else ""
    return f'<img alt="" decoding="async"{turned} src="data:image/jpeg;base64,{data}">'


def _make_cells(entry: Entry) -> str:
    """The cells; `data-key` is what a column of numbers is sorted by."""
    area = (entry.width or 0) * (entry.height or 0)
    cells = (
        (_make_name(entry.path), None),
        (escape(entry.format), None),
        (name_dimensions(entry.width, entry.height) or "", area or None),
        (name_size(entry.size), entry.size),
        (f"<bdi>{escape(entry.camera)}</bdi>" if entry.camera else "", None),
        (entry.taken or "", None),
        (_name_place(entry.position), _latitude(entry.position)),
    )
    return "".join(
        f'<td role="cell" class="{column}"{_as_key(key)}>{text}</td>'
        for column, (text, key) in zip(_COLUMNS, cells, strict=True)
    )


def _make_name(path: str) -> str:
    """The file's name, and below it its folder."""
    folder, slash, name = path.rpartition("/")
    where = f'<bdi class="folder">{escape(folder)}{slash}</bdi>' if slash else ""
    return f'<bdi class="name">{escape(name)}</bdi>{where}'


def _as_key(key: float | None) -> str:
    return "" if key is None else f' data-key="{key}"'


def _latitude(position: tuple[float, float] | None) -> float | None:
    return position[0] if position else None


def _name_place(position: tuple[float, float] | None) -> str:
    """Latitude and longitude to about ten metres."""
    if position is None:
        return ""
    latitude, longitude = position
    north, east = "S" if latitude < 0 else "N", "W" if longitude < 0 else "E"
    return f"{abs(latitude):.4f}° {north}, {abs(longitude):.4f}° {east}"
