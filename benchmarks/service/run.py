"""Our service beside what one would take instead: the same images, the same nginx, one run.

Every server is started anew for each round, and the rounds go in turn, so that what else this
machine does meets all of them. The figures of one run are compared with each other only.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks.corpus import build_corpus
from benchmarks.service.measure import Round, run_round
from benchmarks.service.targets import Target, list_targets, running

CLIENTS = (1, 8, 64)
IMAGES = 43
LARGEST = 900_000
Results = dict[tuple[str, int], list[Round]]


def main() -> None:
    """Measure, then print a table for each number of clients."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="where the images are made")
    parser.add_argument("--venv", type=Path, required=True, help="where the peers are installed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    asked = parser.parse_args()
    images = pick(build_corpus(asked.cache / "pictures"))
    with tempfile.TemporaryDirectory(prefix="imgmeta-bench-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        for image in images:
            (folder / image.name).write_bytes(image.read_bytes())
        listing = folder / "images.txt"
        listing.write_text("".join(f"{folder / image.name}\n" for image in images))
        results = measure(list_targets(asked.venv.resolve()), listing, asked)
    size = sum(image.stat().st_size for image in images) / len(images)
    print(f"{len(images)} images of {size / 1000:.0f} kB on average; {asked.rounds} rounds of "
          f"{asked.seconds} s each, medians; ratios are ours to theirs")  # fmt: skip
    for clients in CLIENTS:
        print_table(clients, results)


def pick(images: list[Path]) -> list[Path]:
    """Give images of every format, as a service gets them: none of the very large ones."""
    images = [image for image in images if image.stat().st_size < LARGEST]
    step = len(images) / IMAGES
    return [images[int(number * step)] for number in range(IMAGES)]


def measure(targets: list[Target], listing: Path, asked: argparse.Namespace) -> Results:
    """Run every round of every target."""
    results: Results = defaultdict(list)
    for number in range(asked.rounds):
        for target in targets:
            with running(target, listing.parent) as (url, server):
                for clients in CLIENTS:
                    if sys.stderr.isatty():
                        print(f"\rround {number + 1}: {target.name}, {clients} clients   ",
                              end="", file=sys.stderr, flush=True)  # fmt: skip
                    found = run_round(
                        url, images=listing, clients=clients, seconds=asked.seconds,
                        method=target.method, server=server,
                    )  # fmt: skip
                    results[target.name, clients].append(found)
    print(file=sys.stderr)
    return results


def print_table(clients: int, results: Results) -> None:
    """Print what each target did with `clients` connections."""
    names = [name for name, count in results if count == clients]
    rows = {name: _median(results[name, clients]) for name in names}
    ours = rows.get("imgmeta", next(iter(rows.values())))
    print(f"\n{clients} client{'s' * (clients > 1)}")
    print(f"{'':17}{'req/s':>7}{'ratio':>7}{'p50 ms':>8}{'p99 ms':>8}{'ratio':>7}"
          f"{'CPU ms':>8}{'MB':>6}  refused")  # fmt: skip
    for name, row in rows.items():
        refused = row.refused + row.broken
        print(f"{name:17}{row.rate:7.0f}{ours.rate / row.rate:7.2f}{row.p50:8.2f}{row.p99:8.2f}"
              f"{row.p99 / ours.p99:7.2f}{row.cpu:8.2f}{row.memory:6.0f}"
              f"  {refused or ''}")  # fmt: skip


def _median(rounds: list[Round]) -> Round:
    def of(name: str) -> float:
        return statistics.median(getattr(one, name) for one in rounds)

    return Round(
        rate=of("rate"), p50=of("p50"), p99=of("p99"), cpu=of("cpu"), memory=of("memory"),
        requests=int(of("requests")), refused=int(of("refused")), broken=int(of("broken")),
    )  # fmt: skip


if __name__ == "__main__":
    main()
