"""Where every exception ends: one line of cause, one of what to do, an exit code."""

from __future__ import annotations

import errno
import os
import sys

import typer

from imgmeta_cli.errors import ImgmetaError, InterruptedByUser, UsageError


def run_to_exit_code(app: typer.Typer) -> int:
    """Run the command that was typed; every error becomes two lines and its exit code."""
    from typer.exceptions import TyperException

    try:
        code = int(app(standalone_mode=False) or 0)
        # Here a full disk can still be reported; at the interpreter's end it could not.
        sys.stdout.flush()
        return code
    except ImgmetaError as error:
        return _report(error)
    except TyperException as error:
        message = getattr(error, "format_message", error.__str__)()
        return _report(UsageError(message, "see: imgmeta --help"))
    except (KeyboardInterrupt, EOFError, typer.Abort):
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
