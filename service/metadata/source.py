"""From what a caller has to a `Reader`: bytes, a path, a stream."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final, TypeAlias

from service.metadata import limits
from service.metadata.errors import EmptyInput, Unreadable
from service.metadata.reader import Reader, reader_of

Source: TypeAlias = bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO

_ReadAt: TypeAlias = Callable[[int, int], bytes]
"""Gives up to so many bytes from an offset; fewer only where there are no more."""

_FILE_BLOCK: Final = 4096
_STREAM_BLOCK: Final = 64 * 1024


@contextmanager
def open_reader(source: Source) -> Iterator[Reader]:
    """Give a reader of `source` and let go of what it holds afterwards.

    A file's head is read at once and the rest where it is looked at; so is a stream's, from where
    it stands. A stream that cannot seek is copied first. A stream is not closed.

    Raises `EmptyInput` or `Unreadable`, and TypeError for what is none of these kinds.
    """
    try:
        if isinstance(source, (bytes, bytearray, memoryview)):
            yield _checked(reader_of(bytes(source)))
        elif isinstance(source, (str, os.PathLike)):
            descriptor = _open_path(source)
            try:
                status = os.fstat(descriptor)
                if stat.S_ISREG(status.st_mode):
                    yield _checked(_reader_of_file(descriptor, status.st_size))
                else:  # a named pipe or a device; a directory refuses here
                    with _copied(io.FileIO(descriptor, closefd=False)) as copy:
                        yield _checked(_reader_of_stream(copy))
            finally:
                os.close(descriptor)
        elif _is_seekable(source):
            yield _checked(_reader_of_stream(source))
        else:
            with _copied(source) as copy:
                yield _checked(_reader_of_stream(copy))
    except OSError as error:
        raise Unreadable(f"the input cannot be read: {error.strerror or error}") from error


def _checked(reader: Reader) -> Reader:
    if reader.size == 0:
        raise EmptyInput("the input is empty")
    return reader


def _open_path(path: str | os.PathLike[str]) -> int:
    try:
        return os.open(path, os.O_RDONLY)
    except ValueError as error:  # it has a NUL, or surrogates that stand for no byte
        raise Unreadable("the input cannot be read: its path is no name of a file") from error


def _reader_of_file(descriptor: int, size: int) -> Reader:
    head = os.pread(descriptor, limits.HEAD_BYTES, 0)
    if size <= len(head):
        return reader_of(head)
    blocks = _Blocks(lambda at, count: os.pread(descriptor, count, at), block=_FILE_BLOCK)
    return Reader(head, blocks.fetch, 0, 0, size)


def _is_seekable(stream: Any) -> bool:
    """Tell whether a stream can seek. Raises TypeError where it is no stream of bytes."""
    if not hasattr(stream, "read"):
        wanted = "bytes, a path or a binary stream"
        raise TypeError(f"{wanted} is wanted, not {type(stream).__name__}")
    if isinstance(stream, io.TextIOBase):
        raise TypeError("a binary stream is wanted, not one of text: open the file with mode 'rb'")
    try:
        return bool(stream.seekable())
    except ValueError as error:
        raise Unreadable(f"the input cannot be read: {error}") from error


@contextmanager
def _copied(stream: Any) -> Iterator[Any]:
    from shutil import copyfileobj
    from tempfile import SpooledTemporaryFile

    with SpooledTemporaryFile(max_size=limits.SPOOL_BYTES) as copy:
        copyfileobj(stream, copy)
        copy.seek(0)
        yield copy


def _reader_of_stream(stream: Any) -> Reader:
    start = stream.tell()
    size = stream.seek(0, os.SEEK_END) - start
    if size <= 0:
        return reader_of(b"")

    def read_at(at: int, count: int) -> bytes:
        try:
            stream.seek(start + at)
            return _read_all(stream, count)
        except ValueError as error:  # it was closed meanwhile
            raise Unreadable(f"the input cannot be read: {error}") from error

    blocks = _Blocks(read_at, block=_STREAM_BLOCK)
    return Reader(read_at(0, _STREAM_BLOCK), blocks.fetch, 0, 0, size)


def _read_all(stream: Any, count: int) -> bytes:
    """Read `count` bytes, in as many steps as the stream wants; fewer at its end."""
    parts: list[bytes] = []
    while count > 0 and (part := stream.read(count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


class _Blocks:
    """Reads in aligned blocks and keeps the last one: headers are read in small steps."""

    __slots__ = ("_at", "_block", "_read_at", "_size")

    def __init__(self, read_at: _ReadAt, *, block: int) -> None:
        self._read_at = read_at
        self._size = block
        self._at = 0
        self._block = b""

    def fetch(self, start: int, end: int) -> bytes:
        """Give the bytes of [start, end); a source that has shrunk since gives an OSError."""
        if start < self._at or end > self._at + len(self._block):
            self._at = start - start % self._size
            self._block = self._read_at(self._at, max(end - self._at, self._size))
        found = self._block[start - self._at : end - self._at]
        if len(found) < end - start:
            raise OSError("it ended before its size")
        return found
