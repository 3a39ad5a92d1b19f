"""Chromium for the end-to-end tests, and what they measure in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def start_chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, which asks nobody anything by itself."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
    try:
        yield browser
    finally:
        browser.close()


CONTRAST = """() => {
    const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const channel = (value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    };
    const light = ([red, green, blue]) =>
        0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
    const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const color = parse(getComputedStyle(at).backgroundColor);
            if (color.length === 3) return color;
        }
        return [255, 255, 255];
    };
    const ratio = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        const text = walker.currentNode.data.trim();
        if (!text || !element.checkVisibility() || element.closest("svg, script, style")) continue;
        const color = parse(getComputedStyle(element).color);
        found.push({ what: text.slice(0, 40), wanted: 4.5, ratio: ratio(color, ground(element)) });
    }
    for (const input of document.querySelectorAll("input")) {
        const color = parse(getComputedStyle(input, "::placeholder").color);
        found.push({ what: "placeholder", wanted: 4.5, ratio: ratio(color, ground(input)) });
        const border = parse(getComputedStyle(input).borderTopColor);
        const around = ground(input.parentElement);
        found.push({ what: "border", wanted: 3, ratio: ratio(border, around) });
    }
    for (const shape of document.querySelectorAll("svg rect, svg circle")) {
        const color = parse(getComputedStyle(shape).fill);
        found.push({ what: shape.tagName, wanted: 3, ratio: ratio(color, ground(shape)) });
    }
    return found;
}"""
"""Gives the contrast of every visible text, field and shape with what is behind it (WCAG 2.2)."""
