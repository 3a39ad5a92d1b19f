"""A process that reads files for its parent: a setup, then batches of items, an answer an item.

Messages are pickles. It ends when its input does, so that it never outlives its parent by more
than the batch in hand.
"""

from __future__ import annotations

import os
import pickle
import sys

from imgmeta_cli.inspect_read import make_reader


def main() -> None:
    """Answer until there is nothing more to read."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    try:
        read = make_reader(pickle.load(source))  # noqa: S301 - from our parent
        answers: list[object] = []
        while True:
            # The first message is empty: it says that this process has started.
            pickle.dump(answers, target, pickle.HIGHEST_PROTOCOL)
            target.flush()
            answers = [read(item) for item in pickle.load(source)]  # noqa: S301
    except (EOFError, BrokenPipeError):
        # No farewell: the interpreter would try to write what nobody reads any more.
        os._exit(0)
