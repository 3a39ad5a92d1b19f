"""Instances, images and volumes of the emulator, asked as Terraform asks."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.imgmeta_cli.sandbox.conftest import Connect

DEBIAN = {
    "Owners": ["136693071363"],
    "Filters": [
        {"Name": "name", "Values": ["debian-12-amd64-*"]},
        {"Name": "architecture", "Values": ["x86_64"]},
    ],
}


def run(ec2: Any, **more: Any) -> dict[str, Any]:
    image = ec2.describe_images(**DEBIAN)["Images"][0]["ImageId"]
    launched = ec2.run_instances(
        ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, **more
    )
    instance: dict[str, Any] = launched["Instances"][0]
    return instance


def describe(ec2: Any, instance_id: str) -> dict[str, Any]:
    found = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    instance: dict[str, Any] = found[0]["Instances"][0]
    return instance


@pytest.mark.parametrize(
    ("account", "region"), [("111111111111", "eu-central-1"), ("222222222222", "us-west-2")]
)
def test_debians_image_is_in_every_account_and_region(
    connect: Connect, account: str, region: str
) -> None:
    (image,) = connect(account=account, region=region).describe_images(**DEBIAN)["Images"]
    assert image["OwnerId"] == "136693071363"
    assert image["RootDeviceType"] == "ebs"
    assert image["CreationDate"].startswith("20")


def test_root_volume_and_metadata_options_are_as_asked_for(connect: Connect) -> None:
    ec2 = connect()
    root = {"VolumeSize": 10, "VolumeType": "gp3", "Encrypted": True, "DeleteOnTermination": True}
    tags = [{"Key": "imgmeta:deployment-id", "Value": "v1"}]
    launched = run(
        ec2,
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": root}],
        MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
        TagSpecifications=[{"ResourceType": "volume", "Tags": tags}],
    )
    instance = describe(ec2, launched["InstanceId"])
    assert instance["RootDeviceType"] == "ebs"
    assert instance["MetadataOptions"]["HttpTokens"] == "required"
    assert instance["MetadataOptions"]["HttpPutResponseHopLimit"] == 2
    assert instance["MetadataOptions"]["State"] == "applied"
    asked = [{"Name": "tag:imgmeta:deployment-id", "Values": ["v1"]}]
    (volume,) = ec2.describe_volumes(Filters=asked)["Volumes"]
    assert (volume["Size"], volume["VolumeType"], volume["Encrypted"]) == (10, "gp3", True)
    assert volume["Attachments"][0]["InstanceId"] == launched["InstanceId"]
    assert instance["BlockDeviceMappings"][0]["Ebs"]["VolumeId"] == volume["VolumeId"]


def test_a_terminated_instance_takes_its_root_volume_along(connect: Connect) -> None:
    ec2 = connect()
    instance = run(ec2)
    volume = instance["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    with pytest.raises(ClientError, match=r"InvalidVolume\.NotFound"):
        ec2.describe_volumes(VolumeIds=[volume])


def test_subnet_and_groups_of_the_interface_become_the_instances(connect: Connect) -> None:
    ec2 = connect()
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(
        VpcId=vpc, CidrBlock="10.1.0.0/24", AvailabilityZone="eu-central-1b"
    )["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    interface = {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group]}
    launched = run(ec2, NetworkInterfaces=[interface])
    instance = describe(ec2, launched["InstanceId"])
    assert instance["SubnetId"] == subnet
    assert instance["VpcId"] == vpc
    assert instance["Placement"]["AvailabilityZone"] == "eu-central-1b"
    assert [g["GroupId"] for g in instance["SecurityGroups"]] == [group]
    assert [g["GroupId"] for g in instance["NetworkInterfaces"][0]["Groups"]] == [group]


def test_user_data_is_given_back(connect: Connect) -> None:
    ec2 = connect()
    instance = run(ec2, UserData="#cloud-config\n{}")
    answer = ec2.describe_instance_attribute(
        InstanceId=instance["InstanceId"], Attribute="userData"
    )
    assert base64.b64decode(answer["UserData"]["Value"]) == b"#cloud-config\n{}"


def test_instances_are_found_by_id_filter(connect: Connect) -> None:
    ec2 = connect()
    wanted, _ = run(ec2)["InstanceId"], run(ec2)["InstanceId"]
    found = ec2.describe_instances(Filters=[{"Name": "instance-id", "Values": [wanted]}])
    ids = [i["InstanceId"] for r in found["Reservations"] for i in r["Instances"]]
    assert ids == [wanted]


def test_console_output_of_an_unknown_instance_is_refused(connect: Connect) -> None:
    ec2 = connect()
    instance = run(ec2)
    assert ec2.get_console_output(InstanceId=instance["InstanceId"]).get("Output", "") == ""
    with pytest.raises(ClientError, match=r"InvalidInstanceID\.NotFound"):
        ec2.get_console_output(InstanceId="i-00000000000000000")
