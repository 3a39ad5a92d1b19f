"""The body of a request: from the socket, or the file that nginx has written it to.

nginx names the file in X-Body-File (config/nginx.conf). Here it is opened and its name taken away
at once, so that the body ends with the worker that reads it, however that ends. nginx removes a
file that was not opened, because gunicorn refused or died. One is left only where nginx itself was
killed between the two, and `sweep` finds that.
"""

from __future__ import annotations

import io
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import falcon

from service.caller import is_from_nginx

BODY_FOLDER = Path("/tmp/nginx-body")  # noqa: S108 - the container's own, on a tmpfs
# nginx writes at least once in 1 MiB of a body, so this ends none that comes at 2 kB/s.
_ABANDONED_SECONDS = 600
_NAME = re.compile(r"\d{1,20}")


class Readable(Protocol):
    """What a body is read from."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Give at most `size` bytes."""


@dataclass(frozen=True)
class Body:
    """A body that has not been read; `length` is in bytes, None where there is no body."""

    stream: Readable
    length: int | None
    file: io.FileIO | None = None

    def close(self) -> None:
        """Let go of the file; its bytes are gone."""
        if self.file is not None:
            self.file.close()


def open_body(request: falcon.Request, *, folder: Path = BODY_FOLDER) -> Body:
    """Give the body. A file is believed from nginx alone, and in its `folder`.

    Raises falcon.HTTPServiceUnavailable where the file is gone.
    """
    path = request.get_header("X-Body-File")
    if path is None or not is_from_nginx(request):
        return Body(request.bounded_stream, request.content_length)
    file = take_body_file(path, folder=folder)
    if file is None:
        raise falcon.HTTPServiceUnavailable(
            description="The body was lost on its way; send it again.", retry_after=1
        )
    return Body(file, os.fstat(file.fileno()).st_size, file)


def take_body_file(path: str, *, folder: Path) -> io.FileIO | None:
    """Open the file of a body and remove its name; None where it is none of nginx's."""
    above, _, name = path.rpartition("/")
    if above != str(folder) or not _NAME.fullmatch(name):
        return None
    try:
        file = io.FileIO(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC))
    except OSError:
        return None
    Path(path).unlink(missing_ok=True)
    return file


def sweep(folder: Path) -> None:
    """Remove the files to which nothing has been written for long."""
    oldest = time.time() - _ABANDONED_SECONDS
    for path in folder.glob("*"):
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
        except OSError:
            continue  # gone meanwhile
