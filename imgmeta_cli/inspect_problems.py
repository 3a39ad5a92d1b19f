"""Why a file cannot be read, and what to do about it, in one line."""

from __future__ import annotations

import errno
import os
from typing import Final

from imgmeta_cli.inspect_options import STDIN
from service.metadata.errors import EmptyInput, MetadataError, NotAnImage

_CHECK: Final = ("there is no such file", "check the path")
_PROBLEMS: Final = {
    errno.ENOENT: _CHECK,
    errno.ENOTDIR: _CHECK,
    errno.EISDIR: ("is a folder", "add -r to read the images in it"),
    errno.EACCES: ("may not be read", "ask its owner, or: chmod u+rX {path}"),
    errno.ENAMETOOLONG: ("its path is too long", "go to a folder nearer to it"),
    errno.EMFILE: ("too many files are open", "raise the limit: ulimit -n"),
}


def explain(path: str, error: MetadataError) -> str:
    """Say why `path` gives no answer, and what to do about it."""
    if isinstance(error, EmptyInput):
        return join(path, "is empty", "fetch it again from where it came")
    if isinstance(error, NotAnImage):
        return join(path, str(error), "JPEG, PNG, GIF, WebP, TIFF, BMP and a few more can be read")
    if isinstance(error.__cause__, OSError):
        return explain_os_error(path, error.__cause__)
    return join(path, str(error), "check the file")


def explain_os_error(path: str, error: OSError) -> str:
    """Say what the operating system has against `path`."""
    what = " ".join((error.strerror or str(error)).split())
    problem, fix = _PROBLEMS.get(error.errno or 0, (what, "check the file and its disk"))
    return join(path, problem, fix.format(path=spell(path)))


def join(path: str, problem: str, fix: str) -> str:
    """One line: whose problem it is, the problem, what to do."""
    name = "standard input" if path == STDIN else spell(path)
    return f"{name}: {problem}; {fix}"


def spell(path: str) -> str:
    """Give a path that can be shown; bytes that are no text and control characters are spelt."""
    text = name_exactly(path)
    return text if text.isprintable() else "".join(map(_spell_sign, text))


def name_exactly(path: str) -> str:
    r"""Give a path as text, for programs: all of it, and bytes that are no UTF-8 as \xff."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _spell_sign(sign: str) -> str:
    return sign if sign.isprintable() else ascii(sign)[1:-1]
