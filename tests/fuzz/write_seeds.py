"""Write the seeds of all targets: `python -m tests.fuzz.write_seeds FOLDER`; print their names."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from tests.fuzz.seeds import make_seeds


def main() -> None:
    """Write each seed under its hash, which is how libFuzzer names what it finds."""
    folder = Path(sys.argv[1])
    for name, seeds in make_seeds().items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for data in seeds:
            (folder / name / hashlib.sha1(data, usedforsecurity=False).hexdigest()).write_bytes(
                data
            )
        print(name)


if __name__ == "__main__":
    main()
