"""What a first deploy would make, held against the house's rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.terraform.conftest import BASE, FIRST, Step
from tests.terraform.stack import Plan, Stack

pytestmark = pytest.mark.timeout(600)

RULE = "aws_security_group_rule"
TAGS = {"imgmeta:deployment-id": "1f2e3d4c", "imgmeta:name": "photos"}
# What AWS itself cannot tag.
UNTAGGED = {
    "aws_eip_association",
    "aws_iam_role_policy",
    "aws_route",
    "aws_route_table_association",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_security_group_rule",
}


@pytest.fixture(scope="module")
def smallest_plan(stack: Stack) -> Plan:
    """No NAT gateway, no ssh."""
    return stack.plan(**BASE, slots={"blue": FIRST}, enable_nat=False)


def _kind(address: str) -> str:
    return next(part for part in address.split(".") if part.startswith("aws_"))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def instance_of(plan: Plan) -> dict[str, Any]:
    (instance,) = plan.resources("aws_instance").values()
    return instance


def test_everything_carries_the_deployments_tags_and_a_name(first_plan: Plan) -> None:
    tagged = {
        address: values["tags"]
        for address, values in first_plan.resources().items()
        if _kind(address) not in UNTAGGED
    }
    assert len(tagged) > 10
    for address, tags in tagged.items():
        assert tags.items() >= TAGS.items(), address
        assert tags["Name"].startswith("imgmeta-photos-1f2e3d4c"), address


def test_root_volume_is_tagged_encrypted_and_goes_with_its_instance(first_plan: Plan) -> None:
    (volume,) = instance_of(first_plan)["root_block_device"]
    assert volume["tags"].items() >= TAGS.items()
    assert volume["encrypted"] is True
    assert volume["delete_on_termination"] is True
    assert volume["volume_type"] == "gp3"


def test_metadata_service_wants_a_token(first_plan: Plan) -> None:
    (options,) = instance_of(first_plan)["metadata_options"]
    assert options["http_tokens"] == "required"
    assert options["http_put_response_hop_limit"] == 2


def test_role_may_use_this_bucket_and_nothing_else(life: dict[str, Step]) -> None:
    plan = life["fill blue again"].plan  # before the first apply the bucket's ARN is not known
    (policy,) = plan.resources("aws_iam_role_policy").values()
    bucket = "arn:aws:s3:::imgmeta-photos-1f2e3d4c"
    allowed = {
        (action, statement["Resource"])
        for statement in json.loads(policy["policy"])["Statement"]
        for action in _listed(statement["Action"])
    }
    assert allowed == {
        ("s3:GetObject", f"{bucket}/*"),
        ("s3:PutObject", f"{bucket}/*"),
        ("s3:ListBucket", bucket),
    }
    (role,) = plan.resources("aws_iam_role").values()
    assert role["managed_policy_arns"] == []


def test_bucket_refuses_whatever_is_not_tls(life: dict[str, Step]) -> None:
    (policy,) = life["fill blue again"].plan.resources("aws_s3_bucket_policy").values()
    (statement,) = json.loads(policy["policy"])["Statement"]
    bucket = "arn:aws:s3:::imgmeta-photos-1f2e3d4c"
    assert statement["Effect"] == "Deny"
    assert (statement["Principal"], statement["Action"]) == ("*", "s3:*")
    assert statement["Resource"] == [bucket, f"{bucket}/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_only_named_networks_reach_ssh(first_plan: Plan) -> None:
    rules = first_plan.resources(RULE).values()
    ingress = {
        (r["from_port"], r["to_port"], *r["cidr_blocks"]) for r in rules if r["type"] == "ingress"
    }
    assert ingress == {(8888, 8888, "0.0.0.0/0"), (22, 22, "203.0.113.0/24")}


def test_ssh_is_closed_unless_asked_for(smallest_plan: Plan) -> None:
    rules = smallest_plan.resources(RULE).values()
    assert [r["from_port"] for r in rules if r["type"] == "ingress"] == [8888]


def test_without_nat_there_is_one_address_and_no_gateway(smallest_plan: Plan) -> None:
    assert smallest_plan.resources("aws_nat_gateway") == {}
    assert set(smallest_plan.resources("aws_eip")) == {"module.ec2[0].aws_eip.this"}


def test_bucket_is_private_and_the_owners(first_plan: Plan) -> None:
    (block,) = first_plan.resources("aws_s3_bucket_public_access_block").values()
    assert {block[key] for key in block if key.startswith(("block_", "ignore_", "restrict_"))} == {
        True
    }
    (controls,) = first_plan.resources("aws_s3_bucket_ownership_controls").values()
    assert controls["rule"] == [{"object_ownership": "BucketOwnerPreferred"}]


def test_what_was_posted_expires_and_documents_stay(first_plan: Plan) -> None:
    (bucket,) = first_plan.resources("aws_s3_bucket").values()
    rules = {
        rule["prefix"]: rule["expiration"][0]["days"]
        for rule in bucket["lifecycle_rule"]
        if rule["enabled"]
    }
    assert rules == {"service/requests/": 90, "service/results/": 90}
