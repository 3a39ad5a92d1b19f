"""What is in files: each is shown as soon as it is read; one that cannot be read stops no other."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Sequence
from typing import BinaryIO

from imgmeta_cli.errors import InputError
from service.metadata import extract
from service.metadata.errors import EmptyInput, MetadataError, NotAnImage
from service.metadata.model import ImageMetadata
from service.metadata.serialise import to_json

_STDIN = "-"
_CHECK = ("there is no such file", "check the path")
_PROBLEMS = {
    errno.ENOENT: _CHECK,
    errno.ENOTDIR: _CHECK,
    errno.EISDIR: ("is a directory", "name the images in it, for example {path}/*.jpg"),
    errno.EACCES: ("may not be read", "ask its owner, or: chmod u+r {path}"),
}


def inspect_files(paths: Sequence[str], *, as_json: bool) -> bool:
    """Show each file on standard output, and tell whether all of them could be read.

    As JSON one file is one document, several are one object a line with "path" first. A single
    file that cannot be read raises InputError; among several it is named on standard error.
    """
    if len(paths) == 1:
        _show(paths[0], read_image(paths[0]), as_json=as_json, alone=True)
        return True
    complete = True
    for path in paths:
        try:
            metadata = read_image(path)
        except InputError as error:
            complete = False
            _report(error)
        else:
            _show(path, metadata, as_json=as_json, alone=False)
    return complete


def read_image(path: str) -> ImageMetadata:
    """Read the image at `path`, or on standard input where it is "-".

    Raises InputError for what is not there, may not be read, or is no image.
    """
    try:
        return extract(_open_stdin() if path == _STDIN else path)
    except MetadataError as error:
        raise explain(path, error) from error


def _open_stdin() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:
        raise InputError("standard input is closed", "pipe an image into it, or name a file")
    if sys.stdin.isatty():
        raise InputError(
            "standard input is a terminal", "pipe an image into it: imgmeta inspect - < photo.jpg"
        )
    return sys.stdin.buffer


def explain(path: str, error: MetadataError) -> InputError:
    """Say in one line why `path` cannot be read, and in one what to do about it."""
    name = "standard input" if path == _STDIN else _spell(path)
    if isinstance(error, EmptyInput):
        return InputError(f"{name}: is empty", "fetch it again from where it came")
    if isinstance(error, NotAnImage):
        return InputError(
            f"{name}: {error}", "JPEG, PNG, GIF, WebP, TIFF, BMP and a few more can be read"
        )
    cause = error.__cause__
    if not isinstance(cause, OSError):
        return InputError(f"{name}: {error}", "check the file")
    what = cause.strerror or str(cause)
    problem, hint = _PROBLEMS.get(cause.errno or 0, (what, "check the file and its disk"))
    return InputError(f"{name}: {problem}", hint.format(path=name))


def _show(path: str, metadata: ImageMetadata, *, as_json: bool, alone: bool) -> None:
    if not as_json:
        _print_table(path, metadata)
    elif alone:
        _print_json(to_json(metadata), indent=2)
    else:
        _print_json({"path": _spell(path), **to_json(metadata)}, indent=None)


def _print_json(document: dict[str, object], *, indent: int | None) -> None:
    plain = sys.stdout.encoding.lower() != "utf-8"
    print(json.dumps(document, indent=indent, ensure_ascii=plain, allow_nan=False))


def _print_table(path: str, metadata: ImageMetadata) -> None:
    from rich.console import Console

    from imgmeta_cli.inspect_table import make_table

    console = Console(highlight=False)
    console.print(make_table(_spell(path), metadata))
    console.print()


def _report(error: InputError) -> None:
    from imgmeta_cli.render import Display

    sys.stdout.flush()
    Display().error(error)


def _spell(path: str) -> str:
    """Give a path that can be printed; bytes that are no text and control characters are shown."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
