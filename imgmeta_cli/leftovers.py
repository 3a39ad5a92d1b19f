"""What is left of a deployment: each service is asked, by the deployment's id.

A tag index would be one call, but it lags behind and knows terminated things for an hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from imgmeta_cli.aws import translated

if TYPE_CHECKING:
    from boto3 import Session

ID_TAG = "imgmeta:deployment-id"

# How EC2 lists each kind: paginator, key of the list, key of the id, states that mean "gone".
_EC2_KINDS = (
    ("volume", "describe_volumes", "Volumes", "VolumeId"),
    ("NAT gateway", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    ("elastic IP", "describe_addresses", "Addresses", "AllocationId"),
    ("network interface", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("security group", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("route table", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("subnet", "describe_subnets", "Subnets", "SubnetId"),
    ("internet gateway", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("VPC", "describe_vpcs", "Vpcs", "VpcId"),
    ("key pair", "describe_key_pairs", "KeyPairs", "KeyName"),
)
_GONE = {"terminated", "deleted", "deleting", "shutting-down"}


def read_leftovers(session: Session, *, deployment_id: str, name: str) -> tuple[str, ...]:
    """Everything of this deployment that still exists, as "kind id", instances first.

    `name` is what the deployment's own role, instance profile and bucket are called.
    """
    with translated():
        ec2 = session.client("ec2")
        return (
            *_read_instances(ec2, deployment_id),
            *(item for kind in _EC2_KINDS for item in _read_kind(ec2, kind, deployment_id)),
            *_read_iam(session.client("iam"), name),
            *_read_buckets(session.client("s3"), name),
        )


def _tagged(deployment_id: str) -> list[Any]:
    return [{"Name": f"tag:{ID_TAG}", "Values": [deployment_id]}]


def _read_instances(ec2: Any, deployment_id: str) -> Iterator[str]:
    answer = ec2.describe_instances(Filters=_tagged(deployment_id))
    for reservation in answer["Reservations"]:
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] not in _GONE:
                yield f"instance {instance['InstanceId']}"


def _read_kind(ec2: Any, kind: tuple[str, str, str, str], deployment_id: str) -> Iterator[str]:
    label, call, listing, key = kind
    answer = getattr(ec2, call)(Filters=_tagged(deployment_id))
    for item in answer[listing]:
        if item.get("State") not in _GONE:
            yield f"{label} {item[key]}"


def _read_iam(iam: Any, name: str) -> Iterator[str]:
    asks: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("role", lambda: iam.get_role(RoleName=name)),
        ("instance profile", lambda: iam.get_instance_profile(InstanceProfileName=name)),
    )
    for kind, ask in asks:
        try:
            ask()
        except iam.exceptions.NoSuchEntityException:
            continue
        yield f"{kind} {name}"


def _read_buckets(s3: Any, name: str) -> Iterator[str]:
    for bucket in s3.list_buckets()["Buckets"]:
        if bucket["Name"] == name:
            yield f"bucket {name}"
