"""The library and `inspect` beside other readers, in one run: ratios, no promise.

Every reader takes its turn in every round, in a process of its own, so that what else the machine
does meets all of them. The median of the rounds counts; the spread is beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
IN_PROCESS = ("imgmeta", "imgmeta, JSON", "Pillow open", "Pillow open + EXIF", "pyvips",
              "exifread", "imagesize")  # fmt: skip
IMGMETA = str(Path(sys.executable).with_name("imgmeta"))
COPIES = 5
"""Links to each picture in the folder that whole processes read: some thousand files."""

Command = Sequence[str | Path]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="where the pictures are made")
    parser.add_argument("--venv", type=Path, required=True, help="where the peers are installed")
    parser.add_argument("--files", type=Path, help="a folder of your own pictures instead")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    paths = _build(asked.cache)
    paths = _find(asked.files) if asked.files else paths
    size = sum(path.stat().st_size for path in paths)
    print(f"{len(paths)} files, {size / 1e6:.0f} MB, {size / len(paths) / 1000:.0f} kB on average; "
          f"{os.cpu_count()} processors; medians of {asked.rounds} rounds")  # fmt: skip
    # Beside the pictures, as links to them cannot lead to another disk.
    with tempfile.TemporaryDirectory(dir=asked.cache) as scratch:
        folder = Path(scratch)
        compare_readers(paths, folder, asked.venv, asked.rounds)
        compare_processes(paths, folder, asked.rounds)
        compare_starts(paths, asked.venv, asked.rounds)
        compare_sizes(asked.cache, asked.rounds)


def compare_readers(paths: list[Path], folder: Path, venv: Path, rounds: int) -> None:
    """All facts of each file, in a process that has read it before."""
    listing = folder / "files.txt"
    listing.write_text("".join(f"{path}\n" for path in paths))
    python = venv / "bin" / "python"
    commands: dict[str, Command] = {
        name: (python, HERE / "readers.py", name, listing) for name in IN_PROCESS
    }
    if shutil.which("node"):
        commands["sharp"] = ("node", HERE / "sharp" / "read.js", listing)
    found: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            _say(f"round {number + 1}: {name}")
            found[name].append(json.loads(_run(command)))
    _say("")
    print(f"\n{'in-process, one core':22}{'files/s':>9}{'spread':>8}{'ours is':>9}{'MB':>6}"
          f"{'failed':>8}")  # fmt: skip
    ours = statistics.median(one["rate"] for one in found["imgmeta"])
    for name, ones in found.items():
        rates = [one["rate"] for one in ones]
        rate = statistics.median(rates)
        memory = max(one["memory"] for one in ones)
        print(f"{name:22}{rate:9,.0f}{_spread(rates):>8}{ours / rate:8.2f}x{memory:6.0f}"
              f"{ones[0]['failed'] or '':>8}")  # fmt: skip


def compare_processes(paths: list[Path], folder: Path, rounds: int) -> None:
    """A folder of some thousand files, from the start of the process to its end."""
    many = folder / "many"
    many.mkdir()
    for copy in range(COPIES):
        for path in paths:
            os.link(path, many / f"{copy}-{path.name}")
    names = [str(path) for path in sorted(many.iterdir())]
    commands: dict[str, Command] = {
        "imgmeta inspect -r": (IMGMETA, "inspect", "-r", "--format", "jsonl", many),
        "  with --jobs 1": (IMGMETA, "inspect", "-r", "--format", "jsonl", "--jobs", "1", many),
        "vipsheader -a": ("vipsheader", "-a", *names),
        "ExifTool -fast2": ("exiftool", "-fast2", "-json", "-r", many),
    }
    _print_times(f"a folder of {len(names):,} files", commands, rounds, count=len(names))


def compare_starts(paths: list[Path], venv: Path, rounds: int) -> None:
    """One small file: nearly all of the time is the start."""
    small = min((path for path in paths if path.suffix == ".jpg"), key=lambda p: p.stat().st_size)
    commands: dict[str, Command] = {
        "imgmeta inspect --json": (IMGMETA, "inspect", "--json", small),
        "ExifTool -json": ("exiftool", "-json", small),
        "vipsheader -a": ("vipsheader", "-a", small),
        "an empty Typer program": (sys.executable, HERE / "empty.py"),
        "python -c pass": (sys.executable, "-c", "pass"),
        "  import json, typing": (sys.executable, "-c", "import json, typing"),
        "  import service.metadata": (sys.executable, "-c", "import json, service.metadata"),
    }
    _print_times("one small file", commands, 5 * rounds, count=1)


def compare_sizes(cache: Path, rounds: int) -> None:
    """Cost follows the header, not the file."""
    commands: dict[str, Command] = {}
    for megabytes in (1, 1024):
        for suffix in ("jpg", "tif"):
            path = cache / "sparse" / f"{megabytes}.{suffix}"
            commands[f"{suffix.upper()} of {megabytes} MB"] = (IMGMETA, "inspect", "--json", path)
    _print_times("a large file", commands, 5 * rounds, count=1)


def _print_times(title: str, commands: dict[str, Command], rounds: int, *, count: int) -> None:
    """Time whole processes in turn; the first of `commands` is what the others are compared to."""
    there = {name: words for name, words in commands.items() if shutil.which(words[0])}
    for name in commands.keys() - there.keys():
        print(f"left out: {name} is not installed", file=sys.stderr)
    times: dict[str, list[float]] = {name: [] for name in there}
    memory: dict[str, float] = {}
    for number in range(rounds):
        for name, command in there.items():
            _say(f"round {number + 1}: {name.strip()}")
            seconds, megabytes = _time(command)
            times[name].append(seconds)
            memory[name] = max(memory.get(name, 0.0), megabytes)
    _say("")
    unit = "files/s" if count > 1 else "ms"
    print(f"\n{title:27}{unit:>9}{'spread':>8}{'ours takes':>12}{'MB':>6}")
    ours = statistics.median(next(iter(times.values())))
    for name, seconds in times.items():
        median = statistics.median(seconds)
        figure = count / median if count > 1 else median * 1000
        print(f"{name:27}{figure:9,.0f}{_spread(seconds):>8}{'1 /':>7}{median / ours:5.2f}"
              f"{memory[name]:6.0f}")  # fmt: skip


def _time(command: Command) -> tuple[float, float]:
    """Give the seconds and the most memory in MB of a process, its largest child's included."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT
    )
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def _run(command: Command) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        list(map(str, command)), check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, env=environment,
    )  # fmt: skip
    return done.stdout


def _build(cache: Path) -> list[Path]:
    """Make the pictures elsewhere: a process starts with the memory of the one that starts it."""
    subprocess.run([sys.executable, str(HERE / "corpus.py"), str(cache)], check=True)
    return _find(cache / "pictures")


def _find(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.*") if path.is_file())


def _spread(values: list[float]) -> str:
    """How far the rounds lie apart, as a part of the median."""
    return f"{(max(values) - min(values)) / statistics.median(values):.0%}"


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:60}\r", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
