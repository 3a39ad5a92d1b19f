from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from imgmeta_cli.aws_write import empty_bucket
from imgmeta_cli.errors import ImgmetaError
from imgmeta_cli.leftovers import ID_TAG, read_leftovers
from tests.imgmeta_cli.helpers import REGION

NAME = "imgmeta-test-0a1b2c3d"
PLACE: Any = {"LocationConstraint": REGION}


def tagged(kind: str) -> list[Any]:
    """The tags of a resource of this deployment."""
    return [{"ResourceType": kind, "Tags": [{"Key": ID_TAG, "Value": "0a1b2c3d"}]}]


def make_network(ec2: Any) -> dict[str, str]:
    """One of each kind, tagged; return ids by kind."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc"))["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(
        VpcId=vpc, CidrBlock="10.0.0.0/24", TagSpecifications=tagged("subnet")
    )["Subnet"]["SubnetId"]
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip"))
    return {
        "VPC": vpc,
        "subnet": subnet,
        "elastic IP": address["AllocationId"],
        "NAT gateway": ec2.create_nat_gateway(
            SubnetId=subnet,
            AllocationId=address["AllocationId"],
            TagSpecifications=tagged("natgateway"),
        )["NatGateway"]["NatGatewayId"],
        "internet gateway": ec2.create_internet_gateway(
            TagSpecifications=tagged("internet-gateway")
        )["InternetGateway"]["InternetGatewayId"],
        "route table": ec2.create_route_table(
            VpcId=vpc, TagSpecifications=tagged("route-table")
        )["RouteTable"]["RouteTableId"],
        "security group": ec2.create_security_group(
            GroupName=NAME, Description="x", VpcId=vpc, TagSpecifications=tagged("security-group")
        )["GroupId"],
    }  # fmt: skip


def make_machine(ec2: Any, subnet: str) -> dict[str, str]:
    """An instance and what belongs to it, tagged; return ids by kind."""
    image = ec2.register_image(Name=NAME, RootDeviceName="/dev/xvda")["ImageId"]
    ec2.create_key_pair(KeyName=NAME, TagSpecifications=tagged("key-pair"))
    return {
        "instance": ec2.run_instances(
            ImageId=image,
            MinCount=1,
            MaxCount=1,
            SubnetId=subnet,
            TagSpecifications=tagged("instance"),
        )["Instances"][0]["InstanceId"],
        "volume": ec2.create_volume(
            AvailabilityZone=f"{REGION}a", Size=1, TagSpecifications=tagged("volume")
        )["VolumeId"],
        "network interface": ec2.create_network_interface(
            SubnetId=subnet, TagSpecifications=tagged("network-interface")
        )["NetworkInterface"]["NetworkInterfaceId"],
        "key pair": NAME,
    }


def make_named(aws: boto3.Session) -> dict[str, str]:
    """What is found by its name."""
    iam = aws.client("iam")
    iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps({}))
    iam.create_instance_profile(InstanceProfileName=NAME)
    aws.client("s3").create_bucket(Bucket=NAME, CreateBucketConfiguration=PLACE)
    return {"role": NAME, "instance profile": NAME, "bucket": NAME}


def test_finds_everything_of_one_deployment_until_it_is_gone(aws: boto3.Session) -> None:
    ec2 = aws.client("ec2")
    made = make_network(ec2)
    made |= make_machine(ec2, made["subnet"])
    made |= make_named(aws)
    ec2.create_vpc(CidrBlock="10.1.0.0/16")
    aws.client("s3").create_bucket(Bucket=f"{NAME}-other", CreateBucketConfiguration=PLACE)

    found = read_leftovers(aws, deployment_id="0a1b2c3d", name=NAME)
    assert sorted(found) == sorted(f"{kind} {key}" for kind, key in made.items())
    assert found[0] == f"instance {made['instance']}"

    ec2.terminate_instances(InstanceIds=[made["instance"]])
    ec2.delete_nat_gateway(NatGatewayId=made["NAT gateway"])
    ec2.delete_volume(VolumeId=made["volume"])
    aws.client("iam").delete_role(RoleName=NAME)
    aws.client("s3").delete_bucket(Bucket=NAME)
    left = read_leftovers(aws, deployment_id="0a1b2c3d", name=NAME)
    gone = {"instance", "NAT gateway", "volume", "role", "bucket"}
    assert sorted(left) == sorted(f"{kind} {key}" for kind, key in made.items() if kind not in gone)
    assert read_leftovers(aws, deployment_id="ffffffff", name="imgmeta-none") == ()


def test_empties_a_bucket_of_every_version(aws: boto3.Session) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="versions", CreateBucketConfiguration=PLACE)
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    for key in ("one", "two", "two"):
        s3.put_object(Bucket="versions", Key=key, Body=b"x")
    s3.delete_object(Bucket="versions", Key="one")
    heard: list[int] = []
    assert empty_bucket(aws, "versions", report=heard.append) == 4
    assert heard == [4]
    s3.delete_bucket(Bucket="versions")


def test_a_bucket_that_is_gone_or_empty_is_nothing(aws: boto3.Session) -> None:
    aws.client("s3").create_bucket(Bucket="empty", CreateBucketConfiguration=PLACE)
    assert empty_bucket(aws, "empty", report=print) == 0
    assert empty_bucket(aws, "gone", report=print) == 0


def test_what_cannot_be_deleted_is_said(aws: boto3.Session) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(
        Bucket="locked", CreateBucketConfiguration=PLACE, ObjectLockEnabledForBucket=True
    )
    s3.put_object(
        Bucket="locked", Key="one", Body=b"x", ObjectLockMode="COMPLIANCE",
        ObjectLockRetainUntilDate="2099-01-01T00:00:00Z",
    )  # fmt: skip
    with pytest.raises(ImgmetaError, match="locked") as caught:
        empty_bucket(aws, "locked", report=print)
    assert caught.value.hint
