"""The HCL against provider 6.62: every argument exists there, and none that it requires is missing.

The configuration part of a plan lists what the HCL writes, block by block; schema_6.62.json says
what the provider takes (see extract_schema.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.terraform.extract_schema import TERRAFORM, find_used
from tests.terraform.stack import Plan

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "schema_6.62.json").read_text())
KINDS = {"managed": "resource", "data": "data"}


def configured(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every resource and data source of the provider's that a module's HCL writes."""
    for resource in module.get("resources", []):
        if resource["type"].startswith("aws_"):
            yield resource
    for call in module.get("module_calls", {}).values():
        yield from configured(call["module"])


def faults(written: dict[str, Any], schema: dict[str, Any], where: str) -> Iterator[str]:
    """What is unknown to the schema, or required and not written, here and in inner blocks."""
    required = set(schema["required"])
    for name in sorted(set(written) - required - set(schema["optional"])):
        yield f"{where}.{name} does not exist"
    for name in sorted(required - set(written)):
        yield f"{where}.{name} is required"
    for name, inner in schema.get("blocks", {}).items():
        blocks = written.get(name, [])
        for block in blocks if isinstance(blocks, list) else [blocks]:
            yield from faults(block, inner, f"{where}.{name}")


def test_every_argument_is_one_of_the_newest_provider(first_plan: Plan) -> None:
    resources = list(configured(first_plan.document["configuration"]["root_module"]))
    found = [
        fault
        for resource in resources
        for fault in faults(
            resource.get("expressions", {}),
            SCHEMA[KINDS[resource["mode"]]][resource["type"]],
            resource["address"],
        )
    ]
    assert found == []
    checked = {(KINDS[resource["mode"]], resource["type"]) for resource in resources}
    assert checked == find_used(TERRAFORM), "some HCL is in no stack, so nothing checks it"


@pytest.mark.parametrize(
    ("kind", "written", "fault"),
    [
        ("aws_eip", {"vpc": {}}, "x.vpc does not exist"),
        ("aws_route_table_association", {"subnet_id": {}}, "x.route_table_id is required"),
        (
            "aws_instance",
            {"root_block_device": [{"size": {}}]},
            "x.root_block_device.size does not exist",
        ),
        (
            "aws_s3_bucket_ownership_controls",
            {"bucket": {}, "rule": [{}]},
            "x.rule.object_ownership is required",
        ),
    ],
)
def test_a_fault_is_seen(kind: str, written: dict[str, Any], fault: str) -> None:
    assert list(faults(written, SCHEMA["resource"][kind], "x")) == [fault]
