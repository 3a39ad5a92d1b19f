"""Write docs/metadata.md: the answer's fields, from its schema, and an answer as an example."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from service.metadata import extract, to_json
from service.metadata.schema import read_schema

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "metadata.md"
EXAMPLE: Final = ROOT / "examples" / "photo.jpg"
WIDTH: Final = 100

Part: TypeAlias = dict[str, Any]

INTRODUCTION: Final = """
# What an answer says

The same JSON comes from `imgmeta inspect --json`, from `POST /api/images` and from the library's
`to_json(extract(path))`. Every key is always there; **null means absent**: the file does not say,
or the fact does not apply. Nothing is guessed. Sizes are bytes, dimensions pixels, times
milliseconds, offsets bytes from the start of the file.

This page is made from the [JSON Schema](../service/metadata/schema.json) (draft 2020-12) by
`make docs`. Each field has its type, its unit, what it means, and the standard and clause that it
comes from.
"""


def document() -> str:
    """Give the page."""
    return "\n".join(_lines(read_schema())) + "\n"


def _lines(schema: Part) -> Iterator[str]:
    groups = {name: part for name, part in schema["properties"].items() if _record(part, schema)}
    sections = _plan(schema)
    links = _links(groups, sections, schema)
    yield INTRODUCTION.strip()
    yield ""
    yield from _wrap("Groups: " + ", ".join(f"[{name}](#{_slug(name)})" for name in groups) + ".")
    yield ""
    yield from _example()
    yield "\n## The answer\n"
    for name, part in schema["properties"].items():
        yield from _field(name, part, links)
    for name, part in schema["properties"].items():
        if name in groups:
            yield f"\n## {name}\n"
            yield from _section(_record(part, schema), schema, links)
        for inner in sections[name]:
            level = "###" if name in groups else "##"
            yield f"\n{level} {schema['$defs'][inner]['title']}\n"
            yield from _section(inner, schema, links)


def _example() -> Iterator[str]:
    answer = to_json(extract(EXAMPLE))
    name = EXAMPLE.relative_to(ROOT).as_posix()
    yield f"<details>\n<summary>An example: the answer for {name}</summary>\n"
    yield f"```json\n{spell(answer)}\n```\n\n</details>"


def _record(part: Part, schema: Part) -> str:
    """Give the definition that a group's fields are in, or nothing: the group has no fields."""
    name = _reference(part) or _reference(part.get("items") or {})
    return name if name and "properties" in schema["$defs"][name] else ""


def _reference(part: Part) -> str:
    """Give the definition that a property is, whether it may be null or not."""
    for kind in (part, *part.get("anyOf", ())):
        if "$ref" in kind:
            return str(kind["$ref"].removeprefix("#/$defs/"))
    return ""


def _plan(schema: Part) -> dict[str, list[str]]:
    """Give each property of the answer the definitions that it is the first to need, in order."""
    seen = {_record(part, schema) for part in schema["properties"].values()}
    plan: dict[str, list[str]] = {}
    for name, part in schema["properties"].items():
        found = _needed(part, schema, set())
        plan[name] = [inner for inner in found if inner not in seen]
        seen.update(plan[name])
    return plan


def _needed(part: Any, schema: Part, met: set[str]) -> Iterator[str]:
    """Give the definitions that a part refers to, each before what it needs itself."""
    values: Iterable[Any] = part.values() if isinstance(part, dict) else part
    for value in values if isinstance(part, (dict, list)) else ():
        if isinstance(value, str) and value.startswith("#/$defs/"):
            name = value.removeprefix("#/$defs/")
            if name not in met:
                met.add(name)
                yield name
                yield from _needed(schema["$defs"][name], schema, met)
        else:
            yield from _needed(value, schema, met)


def _links(groups: Part, sections: dict[str, list[str]], schema: Part) -> dict[str, str]:
    """Give the link to each definition. Raises ValueError where two sections share a title."""
    titles = {name: schema["$defs"][name]["title"] for names in sections.values() for name in names}
    slugs = [_slug(title) for title in (*groups, *titles.values())]
    if len(set(slugs)) < len(slugs):
        raise ValueError(f"two sections share a title: {sorted(slugs)}")
    groups_of = {_record(part, schema): f"[object](#{name})" for name, part in groups.items()}
    return groups_of | {name: f"[{title}](#{_slug(title)})" for name, title in titles.items()}


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")


def _section(name: str, schema: Part, links: dict[str, str]) -> Iterator[str]:
    part = schema["$defs"][name]
    yield from _wrap(part.get("description", ""))
    if "properties" not in part:
        yield ""
        yield from _wrap(f"JSON: {_type(part, links)}.")
        yield from _words(part)
        return
    yield ""
    for field, inner in part["properties"].items():
        yield from _field(field, inner, links)


def _field(name: str, part: Part, links: dict[str, str]) -> Iterator[str]:
    kind = _type(part, links)
    unit = f", in {part['x-unit']}" if "x-unit" in part else ""
    yield f"- **`{name}`**: {kind}{unit}  "
    yield from _wrap(part["description"], indent="  ", end="  ")
    yield from _words(part, indent="  ")
    if "x-source" in part:
        yield from _wrap(f"Source: {part['x-source']}", indent="  ")
    for told in part.get("oneOf", ()):
        yield from _wrap(f"- `{told['const']}`: {told['description']}", indent="  ", hang=2)


def _words(part: Part, indent: str = "") -> Iterator[str]:
    """List a closed vocabulary."""
    for kind in (part, *part.get("anyOf", ()), part.get("items") or {}):
        words = [word for word in kind.get("enum", ()) if isinstance(word, str)]
        if words:
            text = "One of: " + ", ".join(f"`{word}`" for word in words) + "."
            yield from _wrap(text, indent=indent, end="  ")


def _type(part: Part, links: dict[str, str]) -> str:
    """Name a JSON type in a few words."""
    if "anyOf" in part:
        names = " or ".join(_type(kind, links) for kind in part["anyOf"])
        return " or ".join(dict.fromkeys(names.split(" or ")))
    name = _reference(part)
    if name:
        return links.get(name, "object")
    if "const" in part:
        return f"`{json.dumps(part['const'])}`"
    kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
    return " or ".join(_plain(kind, part, links) for kind in kinds)


def _plain(kind: str, part: Part, links: dict[str, str]) -> str:
    if kind == "array":
        if "prefixItems" in part:
            return f"array of {len(part['prefixItems'])} {part['prefixItems'][0]['type']}s"
        return f"array of {_type(part['items'], links)}"
    if kind == "object" and isinstance(part.get("additionalProperties"), dict):
        return f"object of {_type(part['additionalProperties'], links)}"
    numbers = [str(number) for number in part.get("enum", ()) if isinstance(number, int)]
    if numbers:
        return f"{kind} ({', '.join(numbers)})"
    if "maximum" in part and kind in ("integer", "number"):
        return f"{kind} ({part['minimum']} to {part['maximum']})"
    return "text" if kind == "string" else kind


def _wrap(text: str, *, indent: str = "", hang: int = 0, end: str = "") -> Iterator[str]:
    """Break a paragraph into lines. `end` closes the last: two spaces are a line break."""
    lines = textwrap.wrap(
        text, WIDTH - len(end), initial_indent=indent, subsequent_indent=indent + " " * hang,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    yield from lines[:-1]
    yield from (line + end for line in lines[-1:])


def spell(value: Any, indent: int = 0) -> str:
    """Spell JSON with what fits into a line on one line, for phones."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or indent + len(flat) <= WIDTH // 2:
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        rows = [f"{pad}{json.dumps(key)}: {spell(item, indent + 2)}" for key, item in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"
    if all(isinstance(item, (int, float)) for item in value):
        text = textwrap.fill(flat[1:-1], WIDTH // 2, initial_indent=pad, subsequent_indent=pad)
        return "[\n" + text + "\n" + " " * indent + "]"
    items = [pad + spell(item, indent + 2) for item in value]
    return "[\n" + ",\n".join(items) + "\n" + " " * indent + "]"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(document(), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")
