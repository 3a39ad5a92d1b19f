"""Where every exception ends: one line of cause, one of what to do, an exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from imgmeta_cli.errors import ImgmetaError, InterruptedByUser, UsageError

if TYPE_CHECKING:
    import typer


def run_typer(app: typer.Typer) -> object:
    """Run the command that was typed, with Typer's exceptions as ours."""
    import typer
    from typer.exceptions import TyperException

    try:
        return app(standalone_mode=False)
    except TyperException as error:
        message = getattr(error, "format_message", error.__str__)()
        raise UsageError(message, "see: imgmeta --help") from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error


def run_to_exit_code(run: Callable[[], Any]) -> int:
    """Run what gives an exit code or nothing; every error becomes two lines and its exit code."""
    try:
        code = int(run() or 0)
        # Here a full disk can still be reported; at the interpreter's end it could not.
        sys.stdout.flush()
        return code
    except ImgmetaError as error:
        return _report(error)
    except (KeyboardInterrupt, EOFError):
        return _report(InterruptedByUser("interrupted", "run the same command again to go on"))
    except BrokenPipeError:
        _settle_output()
        return 1
    except OSError as error:
        _settle_output()
        what = " ".join(str(error.strerror or error).split())
        where = f": {error.filename}" if error.filename else ""
        return _report(ImgmetaError(f"{what}{where}", _hint_for_os_error(error.errno)))


def _settle_output() -> None:
    """Write what standard output still holds, or drop it: the interpreter would fail loudly."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(error: ImgmetaError) -> int:
    from imgmeta_cli.render import Display

    Display().error(error)
    return error.exit_code


def _hint_for_os_error(number: int | None) -> str:
    hints = {
        errno.ENOSPC: "free some disk space, then run the same command again",
        errno.EACCES: "check who owns it",
    }
    return hints.get(number or 0, "check the path, and that it can be read and written")
