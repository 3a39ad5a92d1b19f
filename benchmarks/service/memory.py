"""The memory of our workers over 20,000 images, with no worker made anew in between."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks.corpus import build_corpus
from benchmarks.service.measure import children_of, resident, run_round
from benchmarks.service.run import pick
from benchmarks.service.targets import free_port, wait_for
from tests.e2e.stack import start as start_stack
from tests.images import test_images as build_images

REQUESTS = 20_000
# From here on nothing new comes to be loaded or cached.
SETTLED = 5_000
ROUND_SECONDS = 5
MOST_GROWTH = 0.05
NO_RECYCLING = {"GUNICORN_CMD_ARGS": "--max-requests 0"}
PHOTO = Path(__file__).resolve().parents[2] / "examples" / "photo.jpg"


def main() -> None:
    """Print the resident memory of each worker on the way, and fail where it grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="where the images are made")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="imgmeta-bench-") as scratch:
        folder = Path(scratch)
        listing = write_images(folder, pick(build_corpus(asked.cache / "pictures")))
        port = free_port()
        process = start_stack(folder, NO_RECYCLING, address=f"127.0.0.1:{port}")
        try:
            wait_for(port, process)
            grown = watch(f"http://127.0.0.1:{port}", listing, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
    if grown > MOST_GROWTH:
        sys.exit(f"a worker has grown by {grown:.0%} since request {SETTLED:,}")


def write_images(folder: Path, others: list[Path]) -> Path:
    """Write one image of each kind that the tests know, the example and `others`; list them."""
    contents = [*build_images().values(), PHOTO.read_bytes(), *(one.read_bytes() for one in others)]
    paths = [folder / f"image{number}" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    listing = folder / "images.txt"
    listing.write_text("".join(f"{path}\n" for path in paths))
    return listing


def watch(url: str, listing: Path, server: int) -> float:
    """Post until it was enough; give the largest growth of a worker since it was settled."""
    done = 0
    settled: dict[int, int] = {}
    while True:
        found = run_round(url, images=listing, clients=8, seconds=ROUND_SECONDS, method="post",
                          server=server)  # fmt: skip
        done += found.requests
        sizes = {pid: resident(pid) for pid in children_of(server, "gunicorn")}
        if done >= SETTLED:
            settled = settled or sizes
        print(f"{done:7,} requests, {found.refused + found.broken} refused: "
              + ", ".join(f"{size / 1024:.1f} MB" for size in sizes.values()))  # fmt: skip
        if done >= REQUESTS:
            return max(size / settled[pid] - 1 for pid, size in sizes.items())


if __name__ == "__main__":
    main()
