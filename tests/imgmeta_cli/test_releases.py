from __future__ import annotations

import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from imgmeta_cli.errors import StateError
from imgmeta_cli.releases import Deployment, Record, Release, find_record, now

DEPLOYMENT = Deployment("0a1b2c3d", "imgmeta", "123456789012", "eu-central-1")
RELEASE = Release(
    "2026-01-01T00:00:00Z", "0.1.0", "acme/imgmeta@sha256:1", "abc", "blue", "192.0.2.1", "bucket"
)  # fmt: skip


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """An empty record whose folder is there."""
    found = find_record(tmp_path, account="123456789012", region="eu-central-1", name="imgmeta")
    found.folder.mkdir(parents=True)
    return found


def test_each_account_region_and_name_has_its_own_folder(tmp_path: Path) -> None:
    found = find_record(tmp_path, account="1", region="2", name="3")
    assert found.folder == tmp_path / "deployments/1/2/3"
    assert found.key.parent == found.folder


def test_nothing_is_known_before_the_first_deploy(tmp_path: Path) -> None:
    record = Record(tmp_path / "none")
    assert record.read_deployment() is None
    assert (record.read_releases(), record.read_journal()) == ((), ())
    assert record.read_fingerprints() == {}
    assert not record.folder.exists()


def test_remembers_a_deployment(tmp_path: Path) -> None:
    record = Record(tmp_path / "imgmeta")
    record.write_deployment(DEPLOYMENT)
    assert record.read_deployment() == DEPLOYMENT
    assert DEPLOYMENT.label == "imgmeta-imgmeta-0a1b2c3d"
    assert stat.S_IMODE(record.folder.stat().st_mode) == 0o700
    record.forget()
    assert record.read_deployment() is None


def test_remembers_releases_and_steps_in_order(record: Record) -> None:
    record.add_release(RELEASE)
    record.note("build the image", "started")
    record.note("build the image", "failed", "no space\nleft")
    assert record.read_releases() == (RELEASE,)
    assert RELEASE.url == "http://192.0.2.1:8888"
    found = [(entry.step, entry.outcome, entry.detail) for entry in record.read_journal()]
    assert found == [
        ("build the image", "started", ""),
        ("build the image", "failed", "no space\nleft"),
    ]
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", e.time) for e in record.read_journal()
    )


def test_the_last_fingerprint_of_a_slot_counts(record: Record) -> None:
    for slot, fingerprint in (("blue", "1"), ("green", "2"), ("blue", "3")):
        record.note_fingerprint(slot, fingerprint)
    assert record.read_fingerprints() == {"blue": "3", "green": "2"}


@pytest.mark.parametrize("lost", [1, 2, 30])
def test_a_line_cut_off_by_a_crash_is_no_line(record: Record, lost: int) -> None:
    journal = record.folder / "journal.jsonl"
    record.note("one", "done")
    record.note("two", "started")
    with journal.open("r+b") as file:
        file.truncate(journal.stat().st_size - lost)
    assert [entry.step for entry in record.read_journal()] == ["one"]
    record.note("three", "started")
    record.note("four", "started")
    assert [entry.step for entry in record.read_journal()] == ["one", "three", "four"]


@pytest.mark.parametrize("line", ["{", "5", "[]", "{}", '{"colour": "red"}', "\xff"])
@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("releases.jsonl", Record.read_releases),
        ("journal.jsonl", Record.read_journal),
        ("slots.jsonl", Record.read_fingerprints),
        ("deployment.json", Record.read_deployment),
    ],
)
def test_a_damaged_file_is_named(
    record: Record, name: str, read: Callable[[Record], object], line: str
) -> None:
    (record.folder / name).write_bytes(f"{line}\n".encode("latin-1"))
    with pytest.raises(StateError, match=f"{name}.* is damaged") as caught:
        read(record)
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_a_console_is_kept(record: Record) -> None:
    path = record.save_console("green", "imgmeta: failed\n")
    assert path.read_text() == "imgmeta: failed\n"
    assert path.parent == record.folder / "logs"
    assert "green" in path.name


HOLDER = """
import sys, time
from pathlib import Path
from imgmeta_cli.releases import Record
with Record(Path(sys.argv[1])).locked():
    print("locked", flush=True)
    time.sleep(60)
"""


def test_the_lock_refuses_another_process_and_is_freed_by_its_death(record: Record) -> None:
    command = [sys.executable, "-c", HOLDER, str(record.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        with pytest.raises(StateError, match="another imgmeta is at work"), record.locked():
            pass
        holder.send_signal(signal.SIGKILL)
    with record.locked():
        pass


def test_now_is_in_utc() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", now())
    assert abs(datetime.now(UTC) - datetime.fromisoformat(now())) < timedelta(seconds=5)
