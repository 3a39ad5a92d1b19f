"""What the answer looks like, as a JSON Schema (draft 2020-12): `schema.json`, next to this file.

Each property has a title, a description and, as annotations, `x-source`: the standard and clause
that the fact comes from, and `x-unit` where it is a quantity.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read_schema() -> dict[str, Any]:
    """Give the schema of what `to_json` gives. It is read from its file each time."""
    text = Path(__file__).with_name("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
