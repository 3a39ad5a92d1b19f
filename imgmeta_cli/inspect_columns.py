"""Chosen fields of many images for a person: a line an image, a column a field, as they come.

Nobody knows the widest value before the last image is read, so the widths follow from the names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from imgmeta_cli.inspect_fields import PATH, look_up
from imgmeta_cli.inspect_options import STDIN
from imgmeta_cli.inspect_output import Screen, list_columns, spell_cell
from imgmeta_cli.inspect_problems import spell
from imgmeta_cli.inspect_words import clean

_GAP: Final = "  "
_NARROWEST: Final = 10
_NARROWEST_PATH: Final = 20


def make_heading(fields: Sequence[str], screen: Screen) -> str:
    """Give the line of names: of each field its last part, all of it where two end alike."""
    return _join([PATH, *_name_columns(_list_values(fields))], fields, screen)


def make_row(path: str, document: Mapping[str, Any], fields: Sequence[str], screen: Screen) -> str:
    """Give the line of one image."""
    values = [clean(spell_cell(look_up(document, field))) for field in _list_values(fields)]
    name = "standard input" if path == STDIN else spell(path)
    return _join([name, *(value or "-" for value in values)], fields, screen)


def _list_values(fields: Sequence[str]) -> list[str]:
    """The path stands first in every line."""
    return [column for column in list_columns(fields) if column != PATH]


def _name_columns(columns: Sequence[str]) -> list[str]:
    ends = [column.rpartition(".")[2] for column in columns]
    return [
        end if ends.count(end) == 1 else column for column, end in zip(columns, ends, strict=True)
    ]


def _join(cells: Sequence[str], fields: Sequence[str], screen: Screen) -> str:
    """Pad each cell to its column; a terminal's lines keep to it, all others lose nothing."""
    widths = [max(len(name), _NARROWEST) for name in _name_columns(_list_values(fields))]
    room = screen.width - sum(width + len(_GAP) for width in widths)
    widths = [max(room, _NARROWEST_PATH), *widths]
    if screen.terminal:
        cells = [_cut_path(cells[0], widths[0]), *map(_cut, cells[1:], widths[1:])]
    line = _GAP.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"{line.rstrip()}\n"


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else f"{cell[: width - 1]}…"


def _cut_path(path: str, width: int) -> str:
    """The end of a path tells more than its beginning."""
    return path if len(path) <= width else f"…{path[1 - width :]}"
