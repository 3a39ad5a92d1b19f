"""The entry point: a plain `inspect` line is read here, every other one by Typer.

Loading Typer takes longer than reading an image. What has to be fast goes without it, and whatever
the short reader does not understand goes to Typer, which has the help and the words for mistakes.
"""

from __future__ import annotations

import gc
import sys

from imgmeta_cli.boundary import run_to_exit_code, run_typer


def main() -> None:
    """The entry point."""
    sys.exit(run_to_exit_code(lambda: _run(sys.argv[1:])))


def _run(args: list[str]) -> object:
    if args[:1] == ["inspect"]:
        # Nothing that loading makes is garbage, nor is what one image leaves to the interpreter.
        gc.disable()
        from imgmeta_cli.inspect_options import read_plain_line

        options = read_plain_line(args[1:])
        if options is not None:
            from imgmeta_cli.inspect import inspect_files

            code = inspect_files(options)
            gc.freeze()
            return code
        gc.enable()
    from imgmeta_cli.commands import app

    return run_typer(app)
