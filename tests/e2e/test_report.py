"""The report in a browser: it is sorted, filtered, read, printed, and sends nothing anywhere."""

from __future__ import annotations

import io
import os
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from imgmeta_cli.report.html import FIRST_ROWS, Report, write_report
from tests.e2e.browser import CONTRAST, start_chromium
from tests.e2e.world import ROOT
from tests.image_bytes import jpeg_file, png_file, segment
from tests.imgmeta_cli.helpers import imgmeta
from tests.imgmeta_cli.report.entries import HOSTILE, make_photo
from tests.service.metadata.tiff_files import (
    Field,
    build_tiff,
    pointer,
    rational,
    short,
    text,
)

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PLACES = {"Lisbon": (38.7, -9.1), "Nairobi": (-1.3, 36.8), "Tokyo": (35.7, 139.7),
          "Denver": (39.7, -105.0), "Sydney": (-33.9, 151.2)}  # fmt: skip
CAMERAS = ("Canon EOS 40D", "Nikon D70", "Fujifilm X100", HOSTILE)
UNTURNED = {1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
            6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270}  # fmt: skip
"""What a camera held that way does to a picture: the inverse of what a viewer has to do."""


def draw_thumbnail(orientation: int) -> bytes:
    """Red above green at the left, blue above yellow at the right, as a turned camera stores it."""
    picture = Image.new("RGB", (80, 80))
    for at, color in enumerate(("red", "blue", "green", "yellow")):
        picture.paste(color, (at % 2 * 40, at // 2 * 40, at % 2 * 40 + 40, at // 2 * 40 + 40))
    turn = UNTURNED[orientation]
    out = io.BytesIO()
    (picture if turn is None else picture.transpose(turn)).save(out, "JPEG", quality=95)
    return out.getvalue()


def make_picture(number: int) -> bytes:
    """A photo with a camera, a date, a place, an orientation and a thumbnail."""
    latitude, longitude = list(PLACES.values())[number % len(PLACES)]
    orientation = number % 8 + 1
    gps = (
        text(1, "S" if latitude < 0 else "N"), rational(2, round(abs(latitude) * 100), 100),
        text(3, "W" if longitude < 0 else "E"), rational(4, round(abs(longitude) * 100), 100),
    )  # fmt: skip
    taken = text(0x9003, f"{2008 + number % 13}:05:06 07:{number % 60:02}:09")
    ifd0 = (
        text(0x0110, CAMERAS[number % len(CAMERAS)]), short(0x0112, orientation),
        pointer(0x8769, (taken,)), pointer(0x8825, gps),
    )  # fmt: skip
    thumbnail = draw_thumbnail(orientation)
    ifd1 = (Field(0x0201, 4, (8,)), Field(0x0202, 4, (len(thumbnail),)))
    block = build_tiff(ifd0, ifd1, data=thumbnail)
    return jpeg_file(segment(0xE1, b"Exif\0\0" + block), scan=bytes(100 * number))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report that the command wrote, of photos, pictures without a tag, and what is none."""
    folder = tmp_path_factory.mktemp("report")
    photos = folder / "photos" / "holiday"
    photos.mkdir(parents=True)
    for number in range(24):
        (photos / f"IMG_{number}.jpg").write_bytes(make_picture(number))
    for number in range(5):
        (photos / f"drawing {number}.png").write_bytes(png_file(size=(100 * number + 1, 9)))
    (photos / (HOSTILE.replace("/", "") * 4)).write_bytes(png_file())
    (photos / "notes.png").write_bytes(b"no picture")
    target = folder / "report.html"
    run = imgmeta("inspect", "--recursive", "--report", str(target), str(folder / "photos"))
    assert target.is_file(), run.err
    return target


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of ten thousand photos, as many as people have."""
    target = tmp_path_factory.mktemp("many") / "report.html"
    gathered = Report()
    thumbnail = draw_thumbnail(1)
    for number in range(10_000):
        gathered.add(
            make_photo(
                path=f"holiday {number % 7}/IMG_{number * 7919 % 10_000}.jpg",
                size=number * 7907 % 10_000,
                thumbnail=thumbnail,
            )
        )
    print(f"{write_report(target, gathered):,} bytes")
    return target


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, start_chromium(playwright) as browser:
        yield browser


class Visit:
    """A page, with what it asked for and what it complained of."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.address = path.as_uri()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.goto(self.address)

    @property
    def foreign(self) -> list[str]:
        """Addresses that are neither the page nor in it."""
        return [url for url in self.requests if url != self.address and url[:5] != "data:"]


@pytest.fixture
def visit(browser: Browser, report: Path) -> Iterator[Visit]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield Visit(page, report)
    page.close()


def heading(page: Page, name: str) -> Locator:
    return page.get_by_role("columnheader", name=name)


def column(page: Page, name: str) -> list[str]:
    return page.locator(f"tbody td.{name}").all_text_contents()


def names(page: Page) -> list[str]:
    return page.locator("tbody .name").all_text_contents()


def test_nothing_leaves_and_nothing_hostile_runs(visit: Visit) -> None:
    page = visit.page
    for name in ("File", "Format", "Dimensions", "Size", "Camera", "Taken", "Place"):
        page.get_by_role("button", name=name, exact=True).click()
    page.get_by_label("Filter").fill("onerror=alert(1)")
    page.mouse.wheel(0, 10_000)
    page.locator("summary").click()
    assert visit.foreign == []
    assert visit.complaints == []
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("script").count() == 1
    expect(page.locator("tbody tr")).not_to_have_count(0)


INTRUDE = """async (address) => {
    const refused = [];
    document.addEventListener("securitypolicyviolation",
        (event) => refused.push(event.effectiveDirective));
    const add = (name, values) =>
        document.body.append(Object.assign(document.createElement(name), values));
    add("img", { src: address });
    add("script", { textContent: "window.ran = true" });
    add("style", { textContent: "body { display: none }" });
    add("iframe", { src: address });
    document.body.setAttribute("style", "color: red");
    await fetch(address).catch(() => null);
    await new Promise((done) => setTimeout(done, 200));
    return refused;
}"""
"""Tries what a page can try to get out or in, and gives what the policy refused."""


def read_all(listener: socket.socket) -> bytes:
    """What was sent to `listener` within a second; a connection without a byte is no request."""
    received = b""
    with suppress(TimeoutError):
        while True:
            connection, _ = listener.accept()
            with connection, suppress(TimeoutError):
                connection.settimeout(1)
                received += connection.recv(1024)
    return received


def test_the_policy_holds_against_what_would_get_in(visit: Visit) -> None:
    page = visit.page
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(1)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        assert {*page.evaluate(INTRUDE, address)} == {
            "img-src", "script-src-elem", "style-src-elem", "style-src-attr", "frame-src",
            "connect-src",
        }  # fmt: skip
        assert read_all(listener) == b""
    assert page.evaluate("window.ran") is None


def test_sorting_by_mouse(visit: Visit) -> None:
    page = visit.page
    order = names(page)
    heading(page, "Size").get_by_role("button").click()
    sizes = [int(key or 0) for key in page.locator("td.size").evaluate_all(
        "cells => cells.map((cell) => cell.dataset.key)")]  # fmt: skip
    assert sizes == sorted(sizes)
    assert {*names(page)} == {*order}
    heading(page, "File").get_by_role("button").click()
    expect(heading(page, "Size")).not_to_have_attribute("aria-sort", re.compile("."))
    photos = [name for name in names(page) if name.startswith("IMG_")]
    assert photos == sorted(photos, key=lambda name: int(re.sub(r"\D", "", name)))


@pytest.mark.parametrize("name", ["Camera", "Taken", "Place"])
def test_what_is_not_known_comes_last_both_ways(visit: Visit, name: str) -> None:
    button = heading(visit.page, name).get_by_role("button")
    seen = []
    for _ in range(2):
        button.click()
        values = column(visit.page, name.lower())
        seen.append([value for value in values if value])
        assert values == seen[-1] + [""] * (len(values) - len(seen[-1]))
    assert len(seen[0]) < len(values)
    assert seen[0] != seen[1]


def test_sorting_by_keyboard(visit: Visit) -> None:
    page = visit.page
    page.get_by_label("Filter").focus()
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("File")
    outline = focused.evaluate("(button) => getComputedStyle(button).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    expect(heading(page, "File")).to_have_attribute("aria-sort", "ascending")
    first = names(page)
    page.keyboard.press("Space")
    expect(heading(page, "File")).to_have_attribute("aria-sort", "descending")
    expect(focused).to_have_text("File")
    assert names(page) == first[::-1]


def test_filtering(visit: Visit) -> None:
    page = visit.page
    everything = names(page)
    page.get_by_label("Filter").fill("NIKON holiday")
    expect(page.get_by_role("status")).to_have_text(f"6 of {len(everything)} files match")
    assert {*column(page, "camera")} == {"Nikon D70"}
    page.get_by_label("Filter").fill("nothing has this")
    expect(page.get_by_role("status")).to_have_text(f"0 of {len(everything)} files match")
    page.keyboard.press("Escape")
    assert names(page) == everything


def test_what_a_screen_reader_is_told(visit: Visit) -> None:
    page = visit.page
    table = page.get_by_role("table", name="Files")
    expect(table.get_by_role("columnheader")).to_have_count(8)
    expect(table.get_by_role("row")).to_have_count(31)
    expect(table.get_by_role("row").nth(1).get_by_role("cell")).to_have_count(8)
    expect(page.get_by_role("img", name="Map of the world: 24 images at 5 places")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("30 images")
    expect(page.get_by_role("listitem").filter(has_text="JPEG")).to_contain_text("24")


def test_a_phone_keeps_the_table_a_table(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    table = visit.page.get_by_role("table", name="Files")
    expect(table.get_by_role("row").nth(1).get_by_role("cell").nth(1)).to_be_visible()


def test_thumbnails_stand_upright(visit: Visit) -> None:
    """Each corner has its colour, whichever way the camera was held."""
    page = visit.page
    cells = page.locator("td.thumb:has(img)")
    seen = {page.locator("td.thumb img").nth(at).get_attribute("class") for at in range(24)}
    assert len(seen) == 8
    for at in range(24):
        shot = Image.open(io.BytesIO(cells.nth(at).screenshot())).convert("RGB")
        width, height = shot.size
        corners = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
        found = [name_color(shot.getpixel(corner)) for corner in corners]
        assert found == ["red", "blue", "green", "yellow"]


def name_color(pixel: object) -> str:
    assert isinstance(pixel, tuple)
    red, green, blue = (part > 100 for part in pixel)
    return {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 0): "yellow"}[
        int(red), int(green), int(blue)
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_contrast(browser: Browser, report: Path, scheme: str, width: int) -> None:
    """Text of at least 4.5, as WCAG 2.2 asks for (1.4.3), and bars of 3 (1.4.11)."""
    page = browser.new_page(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )
    page.goto(report.as_uri())
    page.locator("summary").click()
    measured = page.evaluate(CONTRAST)
    page.close()
    assert len(measured) > 40
    assert [found for found in measured if found["ratio"] < found["wanted"]] == []


@pytest.mark.parametrize("width", [320, 390, 768, 1024])
def test_the_page_never_scrolls_sideways(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.page.locator("summary").click()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_it_is_still_a_report(browser: Browser, many: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(many.as_uri())
    expect(page.locator("tbody tr")).to_have_count(FIRST_ROWS)
    expect(page.get_by_text("9,700 more are listed where scripts may run")).to_be_visible()
    context.close()


TIMED = """([selector]) => new Promise((done) => {
    const start = performance.now();
    document.querySelector(selector).click();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""


def test_ten_thousand_files(browser: Browser, many: Path) -> None:
    page = browser.new_page()
    page.goto(many.as_uri())
    opened = page.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart")
    sorts = [page.evaluate(TIMED, [f"th.{name} button"]) for name in ("file", "size", "taken")]
    print(f"opened in {opened} ms, sorted in {[round(time) for time in sorts]} ms")
    assert opened < 15_000
    assert max(sorts) < 8_000
    heading(page, "File").get_by_role("button").click()
    assert names(page)[:2] == ["IMG_0.jpg", "IMG_1.jpg"]
    page.close()


def test_more_rows_by_keyboard(browser: Browser, many: Path) -> None:
    page = browser.new_page()
    page.goto(many.as_uri())
    expect(page.locator("tbody tr")).to_have_count(FIRST_ROWS)
    page.get_by_role("button", name="Show 300 more of 9,700").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2 * FIRST_ROWS)
    position = page.evaluate("[...document.activeElement.parentNode.children]"
                             ".indexOf(document.activeElement)")  # fmt: skip
    assert position == FIRST_ROWS
    page.get_by_label("Filter").fill("img_123.jpg")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#more")).to_be_hidden()
    page.close()


def test_on_paper(visit: Visit) -> None:
    page = visit.page
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_label("Filter")).to_be_hidden()
    assert page.locator("thead").evaluate("(e) => getComputedStyle(e).display") == (
        "table-header-group"
    )
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(29, 35, 39)"
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize(
    ("name", "width", "height", "scheme"),
    [("light", 1280, 1600, "light"), ("dark", 1280, 1600, "dark"), ("phone", 390, 1700, "light")],
)
def test_pictures_for_people(
    browser: Browser, report: Path, *, name: str, width: int, height: int, scheme: str
) -> None:
    folder = Path(os.environ.get("IMGMETA_SHOTS", ROOT / "build" / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(report.as_uri())
    shot = page.screenshot(path=folder / f"report-{name}.png")
    page.close()
    assert Image.open(io.BytesIO(shot)).size == (width, height)
