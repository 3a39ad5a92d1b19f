"""From one item to its answer: read, redact, render. It runs here or in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, TypeAlias

from imgmeta_cli.inspect_options import STDIN, InspectOptions
from imgmeta_cli.inspect_output import Screen, make_renderer
from imgmeta_cli.inspect_problems import explain, join
from imgmeta_cli.inspect_walk import Item
from service.metadata import extract
from service.metadata.errors import EmptyInput, MetadataError, NotAnImage

if TYPE_CHECKING:
    from imgmeta_cli.report.entry import Found
    from service.metadata.model import ImageMetadata

_IMAGE_ENDINGS: Final = (
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".heic", ".heif", ".avif",
    ".jxl", ".jp2", ".psd", ".dng", ".cr2", ".nef", ".arw",
)  # fmt: skip


class Setup(NamedTuple):
    """All that a process needs to read items as its parent would."""

    options: InspectOptions
    screen: Screen
    alone: bool

    @property
    def shows(self) -> bool:
        """Whether results go to standard output: a summary or a report alone replaces them."""
        asked = self.options
        return not asked.summary and (asked.report is None or asked.output is not None)

    @property
    def keeps(self) -> bool:
        """Whether something is kept of each file for a summary or a report."""
        return self.options.summary or self.options.report is not None


class Answer(NamedTuple):
    """What one item gives: text to show, or a problem in one line, or nothing: passed over.

    `found` is what a summary and a report keep of it.
    """

    text: str = ""
    problem: str = ""
    found: Found | None = None


Reader: TypeAlias = Callable[[Item], Answer]


def make_reader(setup: Setup) -> Reader:
    """Give the function from an item to its answer; it raises nothing that a file can cause."""
    render = (
        make_renderer(setup.options, setup.screen, alone=setup.alone)
        if setup.shows
        else lambda path, metadata: ""
    )

    def read(item: Item) -> Answer:
        if item.problem:
            return refuse(item, item.problem, keeps=setup.keeps)
        try:
            metadata, thumbnail = _extract(item.path, setup.options)
        except MetadataError as error:
            if not item.named and _is_no_claim(item.path, error):
                return Answer()
            return refuse(item, explain(item.path, error), keeps=setup.keeps)
        except _NoStdin as error:
            return refuse(item, join(STDIN, *error.args), keeps=setup.keeps)
        found = _keep(item.path, metadata, thumbnail) if setup.keeps else None
        return Answer(render(item.path, metadata), found=found)

    def read_or_refuse(item: Item) -> Answer:
        try:
            return read(item)
        except Exception as error:
            # No file is known that leads here. One that does must not end the work on all others.
            fault = " ".join(f"{type(error).__name__}: {error}".split())
            problem = join(item.path, f"a fault in imgmeta: {fault}", "please report it")
            return refuse(item, problem, keeps=setup.keeps)

    return read_or_refuse


def refuse(item: Item, problem: str, *, keeps: bool) -> Answer:
    """Give the answer for what cannot be read."""
    if not keeps:
        return Answer(problem=problem)
    from imgmeta_cli.report.entry import make_unreadable

    return Answer(problem=problem, found=make_unreadable(item.path, problem))


class _NoStdin(Exception):  # noqa: N818 - it never leaves this module
    """Standard input has nothing to read; the arguments are the problem and the fix."""


def _extract(path: str, options: InspectOptions) -> tuple[ImageMetadata, bytes | None]:
    source = _open_stdin() if path == STDIN else path
    if options.redact:
        from service.metadata.redact import redact

        # No thumbnail is kept: it may show what was cut off, and has EXIF of its own.
        return redact(extract(source, sha256=options.sha256)), None
    if options.report is None:
        return extract(source, sha256=options.sha256), None
    from service.metadata.thumbnails import extract_with_thumbnail

    return extract_with_thumbnail(source, sha256=options.sha256)


def _keep(path: str, metadata: ImageMetadata, thumbnail: bytes | None) -> Found:
    from imgmeta_cli.report.entry import make_entry

    return make_entry(path, metadata, thumbnail=thumbnail)


def _is_no_claim(path: str, error: MetadataError) -> bool:
    """Whether a file of a folder is no image and its name does not say that it is one."""
    return isinstance(error, (EmptyInput, NotAnImage)) and not path.lower().endswith(_IMAGE_ENDINGS)


def _open_stdin() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:
        raise _NoStdin("is closed", "pipe an image into it, or name a file")
    if sys.stdin.isatty():
        raise _NoStdin("is a terminal", "pipe an image into it: imgmeta inspect - < photo.jpg")
    return sys.stdin.buffer
