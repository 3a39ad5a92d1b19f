"""What is asked of `inspect`: one frozen value, and a reader of plain command lines.

The reader knows the options and nothing else. Help, mistakes and rare spellings are Typer's: for
them it answers None. A test holds that both read the same line alike.

The records of `inspect` are named tuples: a dataclass takes eight times as long to make, and all of
them together would take longer than an image.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from imgmeta_cli.errors import UsageError

STDIN: Final = "-"
FORMATS: Final = ("table", "json", "jsonl", "csv")
SWITCHES: Final[Mapping[str, str]] = {
    "--json": "as_json",
    "-r": "recursive",
    "--recursive": "recursive",
    "--hash": "sha256",
    "--redact": "redact",
    "--summary": "summary",
}
VALUES: Final[Mapping[str, str]] = {
    "--format": "output",
    "--fields": "fields",
    "-j": "jobs",
    "--jobs": "jobs",
    "--report": "report",
}


class InspectOptions(NamedTuple):
    """What to look at and how to show it.

    `output` is one of FORMATS, or None where nothing was said. No `fields` means all; no `jobs`
    as many as pay. `report` is the file of the page to be written.
    """

    files: tuple[str, ...]
    recursive: bool = False
    output: str | None = None
    fields: tuple[str, ...] = ()
    jobs: int | None = None
    sha256: bool = False
    redact: bool = False
    summary: bool = False
    report: str | None = None


def read_plain_line(args: Sequence[str]) -> InspectOptions | None:
    """Read what follows the word `inspect`, or answer None: Typer is to read it.

    Raises UsageError as `make_options` does.
    """
    files: list[str] = []
    values: dict[str, Any] = {}
    rest = iter(args)
    for arg in rest:
        name, _, value = arg.partition("=")
        if arg == "--":
            files += rest
        elif arg == STDIN or not arg.startswith("-"):
            files.append(arg)
        elif arg in SWITCHES:
            values[SWITCHES[arg]] = True
        elif arg in VALUES:
            values[VALUES[arg]] = next(rest, "")
            if values[VALUES[arg]].startswith("-"):
                return None
        elif name in VALUES and name.startswith("--"):
            values[VALUES[name]] = value
        else:
            return None
    if not files or not all(values.values()) or not _read_jobs(values):
        return None
    return make_options(files=files, **values)


def make_options(
    *,
    files: Iterable[str],
    as_json: bool = False,
    output: str | None = None,
    fields: str | None = None,
    **others: Any,
) -> InspectOptions:
    """Give the options as one value; raises UsageError for those that cannot go together."""
    if output is not None and output not in FORMATS:
        raise UsageError(
            f"--format {output!r} is unknown", f"choose one of these: {', '.join(FORMATS)}"
        )
    if as_json and output not in (None, "json"):
        raise UsageError(f"--json and --format {output} cannot both be", "leave out one of them")
    options = InspectOptions(
        files=tuple(files),
        output="json" if as_json else output,
        fields=_read_fields(fields) if fields is not None else (),
        **others,
    )
    if options.summary and options.output not in (None, "table", "json"):
        raise UsageError(f"--summary has no form as {options.output}", "add --json, or nothing")
    if options.summary and options.fields:
        raise UsageError("--summary and --fields cannot both be", "leave out one of them")
    return options


def _read_fields(text: str) -> tuple[str, ...]:
    from imgmeta_cli.inspect_fields import check_fields

    return check_fields(text)


def _read_jobs(values: dict[str, Any]) -> bool:
    """Turn the number of jobs into one; False where it is none, and Typer has the words for it."""
    jobs = values.get("jobs", "1")
    if not (jobs.isascii() and jobs.isdigit() and int(jobs) > 0):
        return False
    if "jobs" in values:
        values["jobs"] = int(jobs)
    return True
