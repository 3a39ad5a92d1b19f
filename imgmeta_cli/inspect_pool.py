"""Several processes that read: batches go out, answers come back in the order of the items.

A worker has one batch at a time and is asked for no more than a window ahead of what was handed
on, so memory is bounded. One that dies is replaced, and the files of its batch are tried one by
one: only a file that ends its own process is lost, and it is named.
"""

from __future__ import annotations

import pickle
import selectors
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imgmeta_cli.errors import ImgmetaError
from imgmeta_cli.inspect_problems import join
from imgmeta_cli.inspect_read import Answer, Setup, refuse
from imgmeta_cli.inspect_walk import Item
from imgmeta_cli.process import start_worker

if TYPE_CHECKING:
    import subprocess

_BATCH: Final = 16
"""Files in one message: answers to fewer would cost as much to carry as to find."""

_WINDOW: Final = 8
"""Batches a worker that may be read before an earlier one is."""

_ROOT: Final = str(Path(__file__).parents[1])
# -P: what lies in the current folder is a photo's neighbour, and none of our modules.
_START: Final = (
    "import sys; sys.path.append(sys.argv[1]);from imgmeta_cli.inspect_worker import main; main()"
)
COMMAND: Final = (sys.executable, "-P", "-c", _START, _ROOT)

Batch = list[tuple[int, Item]]


def read_in_processes(
    items: Iterator[Item], setup: Setup, *, jobs: int, command: Sequence[str] = COMMAND
) -> Iterator[Answer]:
    """Give an answer an item, in order, read by `jobs` processes; none is left when it ends.

    Raises ImgmetaError if processes cannot be started.
    """
    pool = _Pool(items, setup, jobs=jobs, command=command)
    try:
        yield from pool.run()
    finally:
        pool.end()


class _Worker:
    """One process, and the batch that it has in hand."""

    def __init__(self, command: Sequence[str], batch: Batch) -> None:
        self.process: subprocess.Popen[bytes] = start_worker(command)
        self.batch = batch
        self.started = False
        self.waiting = False

    def send(self, message: object) -> None:
        """Send a message; a process that has died is noticed where its answer is awaited."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            pickle.dump(message, self.process.stdin, pickle.HIGHEST_PROTOCOL)
            self.process.stdin.flush()
        self.waiting = False

    def send_batch(self) -> None:
        """Send what is in hand, if anything is."""
        if self.batch:
            self.send([item for _, item in self.batch])

    def receive(self) -> list[Answer] | None:
        """Give the answers to the batch, or None if the process has died."""
        assert self.process.stdout is not None
        try:
            answers: list[Answer] = pickle.load(self.process.stdout)  # noqa: S301 - our own child
        except (EOFError, pickle.UnpicklingError):
            return None
        self.waiting = True
        return answers

    def end(self) -> None:
        """End the process at once: it only reads."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(BrokenPipeError):
                pipe and pipe.close()
        self.process.wait()


class _Pool:
    def __init__(
        self, items: Iterator[Item], setup: Setup, *, jobs: int, command: Sequence[str]
    ) -> None:
        self._items = enumerate(items)
        self._setup, self._command = setup, command
        self._again: deque[Batch] = deque()
        self._ready: dict[int, Answer] = {}
        self._handed_on = 0
        self._taken = 0
        self._unstarted = 0
        self._jobs = jobs
        # A hash takes as long as the file is: one long file must not hold others back.
        self._batch = 1 if setup.options.sha256 else _BATCH
        self._window = jobs * self._batch * _WINDOW
        self._selector = selectors.DefaultSelector()
        self._workers: list[_Worker] = []

    def run(self) -> Iterator[Answer]:
        """Hand out, wait, hand on, until nothing is in hand."""
        while True:
            for worker in self._workers:
                if worker.waiting:
                    worker.batch = worker.batch or self._next_batch()
                    worker.send_batch()
            self._add_workers()
            if all(worker.waiting for worker in self._workers):
                return
            for key, _ in self._selector.select():
                self._receive(key.data)
            while self._handed_on in self._ready:
                yield self._ready.pop(self._handed_on)
                self._handed_on += 1

    def end(self) -> None:
        """End every process."""
        for worker in self._workers:
            worker.end()
        self._selector.close()

    def _add_workers(self) -> None:
        """Start processes, but no more than there are batches for."""
        while len(self._workers) < self._jobs and (batch := self._next_batch()):
            self._add_worker(batch)

    def _next_batch(self) -> Batch:
        if self._again:
            return self._again.popleft()
        if self._taken - self._handed_on >= self._window:
            return []
        batch = list(islice(self._items, self._batch))
        self._taken += len(batch)
        return batch

    def _add_worker(self, batch: Batch) -> None:
        worker = _Worker(self._command, batch)
        self._workers.append(worker)
        assert worker.process.stdout is not None
        self._selector.register(worker.process.stdout, selectors.EVENT_READ, worker)
        worker.send(self._setup)

    def _receive(self, worker: _Worker) -> None:
        answers = worker.receive()
        if answers is None:
            self._replace(worker)
            return
        if not worker.started:
            worker.started = True
            return
        for (number, _), answer in zip(worker.batch, answers, strict=True):
            self._ready[number] = answer
        worker.batch = []

    def _replace(self, worker: _Worker) -> None:
        assert worker.process.stdout is not None
        self._selector.unregister(worker.process.stdout)
        self._workers.remove(worker)
        worker.end()
        if not worker.started:
            self._unstarted += 1
            if self._unstarted > self._jobs:
                raise ImgmetaError("processes that read images do not start", "add --jobs 1")
            self._again.append(worker.batch)
        elif len(worker.batch) == 1:
            number, item = worker.batch[0]
            self._ready[number] = self._give_up(item)
        else:
            self._again.extend([pair] for pair in worker.batch)

    def _give_up(self, item: Item) -> Answer:
        problem = join(item.path, "the process that read it has died", "read it alone: --jobs 1")
        return refuse(item, problem, keeps=self._setup.keeps)
