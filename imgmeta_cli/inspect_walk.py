"""From the names on a command line to the files to read, one at a time.

In a folder every regular file is looked at, in the order of the paths. As search tools do:

- what begins with a dot is passed over, folders too: `.DS_Store`, `._IMG_1.JPG`, `.git`
- a link to a file is that file; a link to a folder is passed over, so that no walk is endless
- a link that leads nowhere is an error; pipes, sockets and devices are passed over

A name on the command line is taken as it is, also a hidden one and a link to a folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from imgmeta_cli.inspect_options import STDIN
from imgmeta_cli.inspect_problems import explain_os_error


class Item(NamedTuple):
    """A path to look at. `named`: somebody asked for this one; `problem`: why it cannot be read."""

    path: str
    named: bool = True
    problem: str = ""


def find_items(names: Iterable[str], *, recursive: bool) -> Iterator[Item]:
    """Give what is to be read, lazily: at any time the names of one branch of folders are held."""
    for name in names:
        # Path.is_dir() raises where a folder above may not be entered; reading says that better.
        if recursive and name != STDIN and os.path.isdir(name):  # noqa: PTH112
            yield from _walk(name if name.endswith("/") else f"{name}/")
        else:
            yield Item(name)


def _walk(top: str) -> Iterator[Item]:
    """Walk without recursion: folders may be nested deeper than calls can be."""
    branch = [(top, [""])]
    while branch:
        folder, names = branch[-1]
        if not names:
            branch.pop()
            continue
        path = folder + names.pop()
        if not path.endswith("/"):
            if _is_readable(path):
                yield Item(path, named=False)
            continue
        try:
            branch.append((path, _list_folder(path)))
        except OSError as error:
            yield Item(path, problem=explain_os_error(path, error))


def _list_folder(folder: str) -> list[str]:
    """Give the names in a folder, the last first; those of folders end in a slash."""
    with os.scandir(folder) as entries:
        return sorted((_mark(entry) for entry in entries if entry.name[0] != "."), reverse=True)


def _mark(entry: os.DirEntry[str]) -> str:
    return f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name


def _is_readable(path: str) -> bool:
    """A file, or what reading will find to be broken."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 - so many Paths take their time
    except OSError:
        return True
