"""The documents say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.metadata.schema import read_schema
from tools.document_schema import PAGE, ROOT, document

HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)]+)\)")


def test_the_page_of_the_answer_is_made_from_the_schema() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "run `make docs`"


def test_the_page_has_every_field_word_and_warning() -> None:
    text = PAGE.read_text(encoding="utf-8")
    schema = read_schema()
    records = [schema, *schema["$defs"].values()]
    for name in (name for record in records for name in record.get("properties", ())):
        assert f"- **`{name}`**: " in text
    for told in schema["$defs"]["warning"]["properties"]["code"]["oneOf"]:
        assert f"- `{told['const']}`: " in text


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    anchors = {
        "#" + re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        for title in HEADING.findall(text)
    }
    for link in LINK.findall(text):
        if link.startswith("#"):
            assert link in anchors
        elif "://" not in link:
            assert (path.parent / link).exists()
