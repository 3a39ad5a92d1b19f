"""The page at / in Debian's Chromium, through the real nginx and the real service."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.browser import CONTRAST, start_chromium
from tests.e2e.stack import Stack, running_stack
from tests.image_bytes import exif_block, jpeg_file, segment
from tests.images import encode

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
SHOTS = Path(os.environ.get("IMGMETA_SHOTS", ROOT / "build" / "screenshots"))
PHOTO = ROOT / "examples" / "photo.jpg"
SIZE = "1620 \N{MULTIPLICATION SIGN} 1080"
HOSTILE = '<img src=x onerror="document.title=1">.jpg'

_GIVE = """([kind, name, text]) => {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name));
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true })
        : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
}"""
"""Pastes or drops a file, as a person would."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack")) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, start_chromium(playwright) as started:
        yield started


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The page, just opened; it asks its own service for everything, and no script fails."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    opened = context.new_page()
    asked: list[str] = []
    broken: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.goto(stack.url)
    yield opened
    context.close()
    assert all(url.startswith((stack.url, "blob:", "data:")) for url in asked)
    assert not broken


def with_thumbnail() -> bytes:
    block = exif_block(thumbnail=encode("JPEG", size=(8, 6)))
    return jpeg_file(segment(0xE1, b"Exif\0\0" + block))


def test_chosen_images_are_shown_in_order_with_what_is_in_them(page: Page, tmp_path: Path) -> None:
    small = tmp_path / "small.jpg"
    small.write_bytes(encode("JPEG"))
    broken = tmp_path / "notes.txt"
    broken.write_text("no image")
    page.set_input_files("#files", [PHOTO, small, broken])
    expect(page.locator("#status")).to_have_text("3 images read, 1 of them not.")
    cards = page.locator("article")
    expect(cards.locator("h2")).to_have_text(["photo.jpg", "small.jpg", "notes.txt"])
    expect(cards.nth(0)).to_contain_text(SIZE)
    expect(cards.nth(0)).to_contain_text("1/125 s")
    expect(cards.nth(0).locator(".picture img")).to_be_visible()
    expect(cards.nth(0).get_by_role("img", name="A map of the world")).to_be_visible()
    assert cards.nth(0).locator(".land").get_attribute("d")
    expect(cards.nth(2).locator(".problem")).to_be_visible()
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "page-light.png", full_page=True)


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_an_image_can_be_pasted_and_dropped(page: Page, kind: str) -> None:
    data = base64.b64encode(with_thumbnail()).decode()
    page.evaluate(_GIVE, [kind, "camera.jpg", data])
    card = page.get_by_role("article", name="camera.jpg")
    expect(card.locator(".thumbnail img")).to_be_visible()
    size = card.locator(".thumbnail img").evaluate("image => image.naturalWidth")
    assert size == 8


def test_the_keyboard_is_enough(page: Page) -> None:
    # Asked for early: the browser opens its own dialog for a key that is quicker than the asking.
    page.on("filechooser", lambda _: None)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="API")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#files")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(PHOTO)
    page.keyboard.press("Tab")
    copy = page.get_by_role("button", name="Copy what is known of photo.jpg as JSON")
    expect(copy).to_be_visible()
    copy.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_text("Copied.")


def test_what_is_copied_is_the_answer(browser: Browser, stack: Stack) -> None:
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(stack.url)
    page.set_input_files("#files", PHOTO)
    page.get_by_role("button", name="as JSON").click()
    expect(page.locator("#status")).to_have_text("Copied.")
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    context.close()
    assert copied["id"] == hashlib.sha256(PHOTO.read_bytes()).hexdigest()
    assert copied["image"]["width"] == 1620


def test_a_name_is_a_text(page: Page) -> None:
    data = base64.b64encode(encode("JPEG")).decode()
    page.evaluate(_GIVE, ["drop", HOSTILE, data])
    expect(page.locator("h2")).to_have_text(HOSTILE)
    expect(page).to_have_title("imgmeta: what is in an image?")


def test_a_service_with_keys_is_asked_again_with_one(browser: Browser, tmp_path: Path) -> None:
    keys = f"page:{hashlib.sha256(b'open sesame').hexdigest()}"
    with running_stack(tmp_path, {"IMGMETA_API_KEYS": keys}) as stack:
        page = browser.new_page()
        page.goto(stack.url)
        page.set_input_files("#files", PHOTO)
        field = page.get_by_label("API key")
        expect(field).to_be_focused()
        field.fill("open sesame")
        page.keyboard.press("Enter")
        expect(page.locator("#status")).to_have_text("1 image read.")
        expect(page.locator("article")).to_contain_text(SIZE)
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_text_can_be_read(browser: Browser, stack: Stack, scheme: str, width: int) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 800},
    )
    page = context.new_page()
    page.goto(stack.url)
    page.set_input_files("#files", PHOTO)
    expect(page.locator("#status")).to_have_text("1 image read.")
    found = [one for one in page.evaluate(CONTRAST) if one["what"] not in ("border", "placeholder")]
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"page-{scheme}-{width}.png", full_page=True)
    context.close()
    assert len(found) > 40
    assert [one for one in found if one["ratio"] < one["wanted"]] == []
    assert overflow <= 0


def test_the_description_can_be_read_too(page: Page) -> None:
    page.get_by_role("link", name="API").click()
    expect(page.get_by_text("/api/images").first).to_be_visible()
    page.screenshot(path=SHOTS / "docs.png", full_page=True)
