"""The description of the API: openapi.json, completed by what other files know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from service import __version__
from service.fields import GROUPS
from service.metadata.schema import read_schema

_FILE = Path(__file__).with_name("openapi.json")
_DEFINITIONS = "#/$defs/"
_SCHEMAS = "#/components/schemas/"


def build_openapi() -> dict[str, Any]:
    """Give the description (OpenAPI 3.1.1): version, groups and the image's schema filled in."""
    document: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    document["info"]["version"] = __version__
    components = document["components"]
    components["parameters"]["Fields"]["schema"]["items"]["enum"] = list(GROUPS)
    image = _point_at_components(read_schema())
    components["schemas"] |= image.pop("$defs")
    metadata = {name: value for name, value in image.items() if not name.startswith("$")}
    components["schemas"]["Metadata"] = metadata
    # The same with an id and, where fields were chosen, without some groups.
    chosen = components["schemas"]["ImageAnswer"]
    chosen["properties"] = {**chosen["properties"], **metadata["properties"]}
    return document


def _point_at_components(value: Any) -> Any:
    """Give a schema whose references to its own definitions point at the description's."""
    if isinstance(value, list):
        return [_point_at_components(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: item.replace(_DEFINITIONS, _SCHEMAS, 1)
        if name == "$ref" and isinstance(item, str)
        else _point_at_components(item)
        for name, item in value.items()
    }
