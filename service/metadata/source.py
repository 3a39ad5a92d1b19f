"""From what a caller has to a `Reader`: bytes, a path, a stream."""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TypeAlias, cast

from service.metadata import limits
from service.metadata.errors import EmptyInput, Unreadable
from service.metadata.reader import Reader, reader_of

Source: TypeAlias = bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO

_BLOCK = 64 * 1024


@contextmanager
def open_reader(source: Source) -> Iterator[Reader]:
    """Give a reader of `source` and let go of what it holds afterwards.

    A path is mapped into memory (or read at once where it is small), a stream is read from where
    it stands and only where it is looked at. A stream that cannot seek is copied first. A stream is
    not closed. Raises `EmptyInput` or `Unreadable`.
    """
    try:
        if isinstance(source, (bytes, bytearray, memoryview)):
            yield _checked(reader_of(bytes(source)))
        elif isinstance(source, (str, os.PathLike)):
            with _open_path(source) as reader:
                yield _checked(reader)
        else:
            with _open_stream(source) as reader:
                yield _checked(reader)
    except OSError as error:
        raise Unreadable(f"the input cannot be read: {error.strerror or error}") from error


def _checked(reader: Reader) -> Reader:
    if reader.size == 0:
        raise EmptyInput("the input is empty")
    return reader


@contextmanager
def _open_path(path: str | os.PathLike[str]) -> Iterator[Reader]:
    if "\0" in os.fspath(path):
        raise Unreadable("the input cannot be read: its path has a NUL character")
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a str is a path too
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            with _open_stream(file) as reader:  # a named pipe or a device
                yield reader
        elif status.st_size <= limits.SMALL_FILE_BYTES:
            yield reader_of(file.read(limits.SMALL_FILE_BYTES))
        else:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                yield Reader(lambda start, end: mapped[start:end], base=0, size=len(mapped))


@contextmanager
def _open_stream(stream: BinaryIO) -> Iterator[Reader]:
    if stream.seekable():
        yield _reader_of_stream(stream, start=stream.tell())
        return
    from shutil import copyfileobj
    from tempfile import SpooledTemporaryFile

    with SpooledTemporaryFile(max_size=limits.SPOOL_BYTES) as copy:
        copyfileobj(stream, copy)
        yield _reader_of_stream(cast(BinaryIO, copy), start=0)


def _reader_of_stream(stream: BinaryIO, *, start: int) -> Reader:
    end = stream.seek(0, os.SEEK_END)
    return Reader(_StreamBlocks(stream, start).fetch, base=0, size=max(end - start, 0))


class _StreamBlocks:
    """Reads a seekable stream in blocks and keeps the last one: headers are read in small steps."""

    def __init__(self, stream: BinaryIO, start: int) -> None:
        self._stream = stream
        self._start = start
        self._at = 0
        self._block = b""

    def fetch(self, start: int, end: int) -> bytes:
        """Give the bytes of [start, end); a stream that has shrunk since gives an OSError."""
        if start < self._at or end > self._at + len(self._block):
            self._load(start, max(end - start, _BLOCK))
        found = self._block[start - self._at : end - self._at]
        if len(found) < end - start:
            raise OSError("the stream ended before its size")
        return found

    def _load(self, start: int, count: int) -> None:
        self._stream.seek(self._start + start)
        parts: list[bytes] = []
        while count > 0 and (part := self._stream.read(count)):
            parts.append(part)
            count -= len(part)
        self._at, self._block = start, b"".join(parts)
