"""What is in files: each is shown as soon as it is read; one that cannot be read stops no other."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import chain, islice
from typing import Final

from imgmeta_cli.errors import ImgmetaError
from imgmeta_cli.inspect_options import STDIN, InspectOptions
from imgmeta_cli.inspect_output import Screen
from imgmeta_cli.inspect_read import Answer, Setup, make_reader
from imgmeta_cli.inspect_show import Show
from imgmeta_cli.inspect_walk import Item, find_items

_INTERRUPTED: Final = 130
_PAYS: Final = 500
"""From so many files on it pays to start processes of their own."""


def inspect_files(options: InspectOptions) -> int:
    """Show each file on standard output, and give the exit code: 1 if one could not be read.

    As JSON one file is one document; several, or a folder, are one array that is written as it
    comes. What cannot be read is a line on standard error. Ctrl-C ends it at once and quietly.
    """
    if sys.stdout is None:
        raise ImgmetaError("standard output is closed", "leave it open, or send it to a file")
    items, alone = _look_ahead(find_items(options.files, recursive=options.recursive), options)
    if not alone:
        gc.freeze()
        gc.enable()
    setup = Setup(options, _look_at_screen(options), alone)
    show = Show(setup)
    try:
        with closing(_read(items, setup)) as answers:
            for answer in answers:
                show.take(answer)
            return show.end()
    except KeyboardInterrupt:
        show.clear()
        return _INTERRUPTED


def _look_ahead(items: Iterator[Item], options: InspectOptions) -> tuple[Iterator[Item], bool]:
    """The same items, and whether they are one file that somebody named."""
    alone = len(options.files) == 1
    if not alone or not options.recursive:
        return items, alone
    first = list(islice(items, 1))
    return chain(first, items), bool(first) and first[0].path == options.files[0]


def _look_at_screen(options: InspectOptions) -> Screen:
    width = 0
    if options.output in (None, "table"):
        from shutil import get_terminal_size

        width = get_terminal_size().columns
    unicode = sys.stdout.encoding.lower() == "utf-8"
    return Screen(width, sys.stdout.isatty(), unicode)


def _read(items: Iterator[Item], setup: Setup) -> Generator[Answer, None, None]:
    """Answers in order, from here or from other processes, whichever is done earlier."""
    jobs = setup.options.jobs or _count_processors()
    enough = 2 if setup.options.jobs else _PAYS
    # A process of its own has another standard input.
    if jobs > 1 and STDIN not in setup.options.files and not setup.alone:
        first = list(islice(items, enough))
        items = chain(first, items)
        if len(first) == enough:
            from imgmeta_cli.inspect_pool import read_in_processes

            yield from read_in_processes(items, setup, jobs=jobs)
            return
    read = make_reader(setup)
    yield from map(read, items)


def _count_processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
