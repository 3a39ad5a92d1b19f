"""The command `inspect`, for the lines that need Typer: help, mistakes and rare spellings."""

from __future__ import annotations

from typing import Annotated

import typer


def inspect(
    files: Annotated[list[str], typer.Argument(help="Images and folders; - is standard input.")],
    recursive: Annotated[
        bool, typer.Option("--recursive", "-r", help="Read the images in folders, too.")
    ] = False,
    output: Annotated[
        str | None, typer.Option("--format", help="One of table, json, jsonl, csv.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
    fields: Annotated[
        str | None, typer.Option(help="Show these alone, as in path,image.width,location.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Processes; default: as many as pay.")
    ] = None,
    sha256: Annotated[bool, typer.Option("--hash", help="Add file.sha256.")] = False,
    redact: Annotated[
        bool, typer.Option("--redact", help="Leave out places and serial numbers.")
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Show what the images have in common instead.")
    ] = False,
    report: Annotated[
        str | None, typer.Option(help="Write a page for the browser to this file.")
    ] = None,
) -> None:
    """Show what is in an image: the same answer that the service gives."""
    from imgmeta_cli.inspect import inspect_files
    from imgmeta_cli.inspect_options import make_options

    options = make_options(
        files=files, recursive=recursive, output=output, as_json=as_json, fields=fields,
        jobs=jobs, sha256=sha256, redact=redact, summary=summary, report=report,
    )  # fmt: skip
    raise typer.Exit(inspect_files(options))
