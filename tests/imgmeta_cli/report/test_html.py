"""The page: all in one file, bounded, written whole, and with nothing of a file as markup."""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from imgmeta_cli.errors import UsageError
from imgmeta_cli.inspect_words import TIMES
from imgmeta_cli.report.entry import Found, Unreadable
from imgmeta_cli.report.html import (
    FIRST_ROWS,
    MOST_REFUSALS,
    MOST_ROWS,
    THUMBNAIL_BYTES,
    Report,
    write_report,
)
from tests.images import encode
from tests.imgmeta_cli.report.entries import HOSTILE, make_photo

SMALL = encode("JPEG", size=(8, 6))
TODAY = date(2026, 1, 2)


class Page(HTMLParser):
    """Elements as (name, attributes), and the text of those that hold text alone."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        self.texts[self._inside] = self.texts.get(self._inside, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def write(*found: Found) -> str:
    report = Report()
    for one in found:
        report.add(one)
    return "".join(report.pieces(today=TODAY))


def parse(*found: Found) -> Page:
    return Page(write(*found))


def test_a_row_has_what_is_known() -> None:
    page = write(make_photo(path="summer/a b.jpg"))
    what = ("a b.jpg", "summer/", "1.0 kB", "Example Model 1", "2024-05-06 07:08")
    for text in (*what, f"40 {TIMES} 30", "38.7000° N, 9.1000° W", "1 image", "2026-01-02"):
        assert text in page


def test_nothing_asks_a_network() -> None:
    page = parse(make_photo(thumbnail=SMALL), Unreadable("b", "is empty"))
    addresses = [
        value or ""
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "action", "data", "poster", "background")
    ]
    assert addresses
    assert all(address.startswith("data:image/jpeg;base64,") for address in addresses)
    assert not re.search(r"url\(|@import|//", page.texts["style"])


def test_the_policy_knows_the_pages_own_style_and_script_by_hash() -> None:
    page = parse(make_photo())
    policy = page.named("meta")[1]["content"] or ""
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    for rule, tag in (("style-src", "style"), ("script-src", "script")):
        digest = sha256(page.texts[tag].encode()).digest()
        assert rules[rule] == f"'sha256-{b64encode(digest).decode()}'"
    assert (rules["default-src"], rules["img-src"]) == ("'none'", "data:")
    assert not any("style" in attributes for _, attributes in page.elements)
    assert not any(name.startswith("on") for _, found in page.elements for name in found)


def test_hostile_text_is_no_markup() -> None:
    plain = parse(make_photo(path="b/a", thumbnail=SMALL), Unreadable("a", "b"))
    facts = {"path": f"{HOSTILE}/{HOSTILE}", "camera": HOSTILE, "format": HOSTILE}
    hostile = parse(make_photo(thumbnail=SMALL, **facts), Unreadable(HOSTILE, HOSTILE))
    assert [name for name, _ in hostile.elements] == [name for name, _ in plain.elements]
    assert hostile.texts["script"] == plain.texts["script"]
    assert hostile.texts["style"] == plain.texts["style"]


def test_a_thumbnail_is_as_it_is_in_the_file_and_turned_by_style() -> None:
    (image,) = parse(make_photo(thumbnail=SMALL, orientation=6)).named("img")
    assert b64decode((image["src"] or "").partition(",")[2]) == SMALL
    assert (image["alt"], image["class"]) == ("", "o6")


@pytest.mark.parametrize("thumbnail", [None, b"", b"<svg/>", b"\x89PNG\r\n", SMALL[1:]])
def test_what_is_no_jpeg_has_a_placeholder(thumbnail: bytes | None) -> None:
    page = parse(make_photo(thumbnail=thumbnail))
    assert page.named("img") == []
    assert [found for found in page.named("span") if found.get("class") == "none"]


def test_thumbnails_are_bounded_and_the_page_says_so() -> None:
    report = Report()
    large = SMALL + bytes(THUMBNAIL_BYTES // 4)
    for _ in range(5):
        report.add(make_photo(thumbnail=large))
    page = "".join(report.pieces(today=TODAY))
    assert page.count("<img ") == 3
    assert "To keep within 32.0 MB of thumbnails, 2 further thumbnails had to be left out." in page


def test_a_thumbnail_that_fits_is_kept_behind_one_that_does_not() -> None:
    page = write(make_photo(thumbnail=SMALL + bytes(THUMBNAIL_BYTES)), make_photo(thumbnail=SMALL))
    assert page.count("<img ") == 1
    assert "1 further thumbnail had to be left out." in page


def test_rows_are_bounded_and_the_page_says_so() -> None:
    page = write(*[make_photo()] * (MOST_ROWS + 1))
    assert page.count("<td role=") // 8 == MOST_ROWS
    assert f"The table lists the first {MOST_ROWS:,} of {MOST_ROWS + 1:,} images." in page
    assert f"<title>{MOST_ROWS + 1:,} images" in page


def test_most_rows_wait_until_they_are_wanted() -> None:
    page = write(*[make_photo()] * (FIRST_ROWS + 7))
    now, _, later = page.partition('<template id="later">')
    assert now.count("<td role=") // 8 == FIRST_ROWS
    assert later.count("<td role=") // 8 == 7
    assert "7 more are listed where scripts may run" in later


def test_refusals_are_bounded_and_the_page_says_so() -> None:
    page = write(*[Unreadable("a", "too odd to be read")] * (MOST_REFUSALS + 3))
    assert page.count("too odd to be read") == MOST_REFUSALS
    assert f"{MOST_REFUSALS + 3:,} files could not be read" in page
    assert "And 3 more." in page


def test_an_empty_report_is_a_page() -> None:
    page = write()
    assert "<title>0 images" in page
    assert "could not be read" not in page


def test_numbers_are_sorted_by_their_value() -> None:
    cells = parse(make_photo(size=12_345_678)).named("td")
    assert [cell.get("data-key") for cell in cells if "data-key" in cell] == [
        "1200",
        "12345678",
        "38.7",
    ]


def make_report() -> Report:
    report = Report()
    report.add(make_photo())
    return report


def test_it_is_written_whole_and_replaces_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    target.write_text("old")
    size = write_report(target, make_report(), today=TODAY)
    assert target.read_text(encoding="utf-8") == "".join(make_report().pieces(today=TODAY))
    assert target.stat().st_size == size
    assert [path.name for path in tmp_path.iterdir()] == ["out.html"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    link, target = tmp_path / "link.html", tmp_path / "out.html"
    link.symlink_to(target)
    write_report(link, make_report())
    assert link.is_symlink()
    assert target.is_file()


def test_it_may_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_report(tmp_path / "out.html", make_report())
    finally:
        os.umask(before)
    assert (tmp_path / "out.html").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["missing/out.html", "file/out.html", "n" * 300, ".", "pipe"])
def test_where_it_cannot_be_written(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    os.mkfifo(tmp_path / "pipe")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UsageError) as caught:
        write_report(tmp_path / name, make_report())
    assert str(tmp_path) in caught.value.message
    assert caught.value.hint
    assert sorted(tmp_path.iterdir()) == before


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    target.write_text("old")
    report = make_report()
    report.add(make_photo(path="\udc80"))  # no entry has this: make_entry spells paths
    with pytest.raises(UnicodeEncodeError):
        write_report(target, report)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.html"]
