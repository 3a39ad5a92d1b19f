"""How answers look: a table, JSON, JSON lines, CSV. One image gives one text; nothing is printed.

A renderer is made once and may run in another process: it knows the screen by its numbers alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from imgmeta_cli.inspect_options import InspectOptions
from imgmeta_cli.inspect_problems import name_exactly, spell
from service.metadata.model import ImageMetadata
from service.metadata.serialise import dump_json, to_json

Renderer: TypeAlias = Callable[[str, ImageMetadata], str]

_NO_TEXT: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What JSON may hold as it is, but steers terminals, ends lines, or is no character."""


class Screen(NamedTuple):
    """Where text will be shown: columns, whether a person sees it, whether all signs can be."""

    width: int
    terminal: bool
    unicode: bool


class Frame(NamedTuple):
    """What stands before the first answer, between two, and after the last."""

    opening: str = ""
    between: str = ""
    closing: str = ""


def make_frame(options: InspectOptions, screen: Screen, *, alone: bool) -> Frame:
    """Give what is written around the answers; `alone`: one file was asked for, and no folder."""
    if options.output == "json" and not alone:
        return Frame("[\n", ",\n", "\n]\n")
    if options.output == "csv":
        return Frame(_write_row(list_columns(options.fields)))
    if options.output in (None, "table") and options.fields:
        from imgmeta_cli.inspect_columns import make_heading

        return Frame(make_heading(options.fields, screen))
    return Frame()


def make_renderer(options: InspectOptions, screen: Screen, *, alone: bool) -> Renderer:
    """Give the function from a path and its metadata to text."""
    if options.output == "json":
        return _json_renderer(options.fields, screen, indent=2 if alone else None, end="\n" * alone)
    if options.output == "jsonl":
        return _json_renderer(options.fields, screen, indent=None, end="\n")
    if options.output == "csv":
        return _csv_renderer(options.fields)
    if options.fields:
        from imgmeta_cli.inspect_columns import make_row

        return lambda path, metadata: make_row(path, to_json(metadata), options.fields, screen)
    return _table_renderer(screen)


def _json_renderer(
    fields: tuple[str, ...], screen: Screen, *, indent: int | None, end: str
) -> Renderer:
    style: Any = {"ensure_ascii": not screen.unicode, "indent": indent}

    def render(path: str, metadata: ImageMetadata) -> str:
        name = {"path": name_exactly(path)}
        if fields:
            from imgmeta_cli.inspect_fields import select

            chosen = select(to_json(metadata), fields)
            text = json.dumps({**name, **chosen}, allow_nan=False, **style)
        else:
            text = dump_json(metadata, name, **style)
        return _NO_TEXT.sub(_escape, text) + end

    return render


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _csv_renderer(fields: tuple[str, ...]) -> Renderer:
    from imgmeta_cli.inspect_fields import PATH, look_up

    columns = list_columns(fields)

    def render(path: str, metadata: ImageMetadata) -> str:
        document = to_json(metadata)
        return _write_row(
            [
                name_exactly(path) if column == PATH else spell_cell(look_up(document, column))
                for column in columns
            ]
        )

    return render


def list_columns(fields: Sequence[str]) -> list[str]:
    """Give the columns of a CSV file: the stable ones, or those below the fields asked for."""
    from imgmeta_cli.inspect_fields import CSV_COLUMNS, expand

    return [column for field in fields for column in expand(field)] if fields else [*CSV_COLUMNS]


def spell_cell(value: Any) -> str:
    """Give one value of an answer as a cell: text as it is, lists and structures as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and set(value) == {"value", "rational"}:
        return spell_cell(value["value"])
    return json.dumps(value, ensure_ascii=False)


def _write_row(cells: Sequence[str]) -> str:
    import csv
    import io

    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _table_renderer(screen: Screen) -> Renderer:
    import io

    from rich.console import Console

    from imgmeta_cli.inspect_table import make_table

    def render(path: str, metadata: ImageMetadata) -> str:
        text = io.StringIO()
        console = Console(
            file=text, width=screen.width, force_terminal=screen.terminal or None, highlight=False
        )
        console.print(make_table(spell(path), metadata))
        console.print()
        return text.getvalue()

    return render
