"""Elastic IPs: where they come from, how they move, what is refused."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.imgmeta_cli.sandbox.conftest import POOL, Connect
from tests.imgmeta_cli.sandbox.test_instances import describe, run


@pytest.fixture
def ec2(connect: Connect) -> Any:
    return connect(account="333333333333")


@pytest.fixture
def address(ec2: Any) -> Iterator[dict[str, Any]]:
    allocated: dict[str, Any] = ec2.allocate_address()
    yield allocated
    (found,) = ec2.describe_addresses(AllocationIds=[allocated["AllocationId"]])["Addresses"]
    if "AssociationId" in found:
        ec2.disassociate_address(AssociationId=found["AssociationId"])
    ec2.release_address(AllocationId=allocated["AllocationId"])


def associate(ec2: Any, address: dict[str, Any], instance: dict[str, Any], **more: Any) -> str:
    answer = ec2.associate_address(
        AllocationId=address["AllocationId"], InstanceId=instance["InstanceId"], **more
    )
    return str(answer["AssociationId"])


def test_addresses_come_from_the_pool_and_return_to_it(ec2: Any) -> None:
    first = ec2.allocate_address()
    second = ec2.allocate_address()
    assert first["PublicIp"] != second["PublicIp"]
    assert ipaddress.ip_address(first["PublicIp"]) in ipaddress.ip_network(POOL)
    for allocated in (first, second):
        ec2.release_address(AllocationId=allocated["AllocationId"])
    again = ec2.allocate_address()
    assert again["PublicIp"] == first["PublicIp"]
    ec2.release_address(AllocationId=again["AllocationId"])


def test_an_exhausted_pool_is_refused(ec2: Any) -> None:
    allocated: list[str] = []
    with pytest.raises(ClientError, match="AddressLimitExceeded"):
        for _ in range(15):
            allocated.append(ec2.allocate_address()["AllocationId"])
    for allocation_id in allocated:
        ec2.release_address(AllocationId=allocation_id)


def test_an_associated_address_is_the_instances_public_one(
    ec2: Any, address: dict[str, Any]
) -> None:
    instance = run(ec2)
    association = associate(ec2, address, instance)
    assert describe(ec2, instance["InstanceId"])["PublicIpAddress"] == address["PublicIp"]
    ec2.disassociate_address(AssociationId=association)
    own = describe(ec2, instance["InstanceId"])["PublicIpAddress"]
    assert own == instance["PublicIpAddress"]


def test_an_address_moves_and_the_old_association_is_gone(
    ec2: Any, address: dict[str, Any]
) -> None:
    blue, green = run(ec2), run(ec2)
    old = associate(ec2, address, blue)
    new = associate(ec2, address, green)
    filters = [{"Name": "association-id", "Values": [new]}]
    (found,) = ec2.describe_addresses(Filters=filters)["Addresses"]
    assert found["InstanceId"] == green["InstanceId"]
    assert found["PrivateIpAddress"] == green["PrivateIpAddress"]
    assert describe(ec2, blue["InstanceId"])["PublicIpAddress"] == blue["PublicIpAddress"]
    with pytest.raises(ClientError, match=r"InvalidAssociationID\.NotFound"):
        ec2.disassociate_address(AssociationId=old)


def test_an_address_does_not_move_where_that_is_forbidden(
    ec2: Any, address: dict[str, Any]
) -> None:
    blue, green = run(ec2), run(ec2)
    associate(ec2, address, blue)
    with pytest.raises(ClientError, match=r"Resource\.AlreadyAssociated"):
        associate(ec2, address, green, AllowReassociation=False)
    assert describe(ec2, blue["InstanceId"])["PublicIpAddress"] == address["PublicIp"]


def test_an_associated_address_is_not_released(ec2: Any, address: dict[str, Any]) -> None:
    associate(ec2, address, run(ec2))
    with pytest.raises(ClientError, match=r"InvalidIPAddress\.InUse"):
        ec2.release_address(AllocationId=address["AllocationId"])


def test_a_terminated_instance_loses_its_address(ec2: Any, address: dict[str, Any]) -> None:
    instance = run(ec2)
    associate(ec2, address, instance)
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    (found,) = ec2.describe_addresses(PublicIps=[address["PublicIp"]])["Addresses"]
    assert "AssociationId" not in found


def test_a_terminated_instance_gets_no_address(ec2: Any, address: dict[str, Any]) -> None:
    instance = run(ec2)
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    with pytest.raises(ClientError, match=r"InvalidInstanceID\.NotFound"):
        associate(ec2, address, instance)


def test_addresses_are_found_by_tag(ec2: Any, address: dict[str, Any]) -> None:
    tag = {"Key": "imgmeta:deployment-id", "Value": "a1"}
    ec2.create_tags(Resources=[address["AllocationId"]], Tags=[tag])
    for value, count in (("a1", 1), ("other", 0)):
        filters = [{"Name": "tag:imgmeta:deployment-id", "Values": [value]}]
        assert len(ec2.describe_addresses(Filters=filters)["Addresses"]) == count
