"""One image for a person: its groups side by side with their facts, in three quiet columns."""

from __future__ import annotations

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from imgmeta_cli.inspect_groups import Group, group_facts
from imgmeta_cli.inspect_words import clean
from service.metadata.model import ImageMetadata

_WARNINGS = "Warnings"


def make_table(path: str, metadata: ImageMetadata) -> RenderableType:
    """Give what rich prints: the file's name, then its groups with a blank line between them.

    The texts of a file are shown as text: nothing in them is markup or steers the terminal.
    """
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, min_width=10)
    table.add_column(no_wrap=True, min_width=13)
    table.add_column(overflow="fold")
    for group in group_facts(metadata):
        _add_group(table, group)
    title = "standard input" if path == "-" else path
    return Lines(Text(clean(title), style="bold"), table)


def _add_group(table: Table, group: Group) -> None:
    alert = group.title == _WARNINGS
    table.add_row()
    for position, (label, value) in enumerate(group.rows):
        title = group.title if position == 0 else ""
        table.add_row(
            Text(title, style="yellow" if alert else "cyan"),
            Text(label, style="dim"),
            Text(value),
        )
