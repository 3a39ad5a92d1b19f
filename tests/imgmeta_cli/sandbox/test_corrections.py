"""The smaller corrections of the emulator, one by one."""

from __future__ import annotations

import base64
import hashlib

import pytest
from botocore.exceptions import ClientError

from tests.imgmeta_cli.sandbox.conftest import Connect

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEmr1mXnFAKEfAKEfakeFAKEfakeFAKEfakeFAKEfake test"
TAG = {"Key": "imgmeta:deployment-id", "Value": "k1"}


def test_a_key_pair_keeps_its_public_half_and_its_tags(connect: Connect) -> None:
    ec2 = connect()
    tags = [{"ResourceType": "key-pair", "Tags": [TAG]}]
    ec2.import_key_pair(KeyName="one", PublicKeyMaterial=PUBLIC_KEY, TagSpecifications=tags)
    filters = [{"Name": "tag:imgmeta:deployment-id", "Values": ["k1"]}]
    (pair,) = ec2.describe_key_pairs(Filters=filters, IncludePublicKey=True)["KeyPairs"]
    digest = hashlib.sha256(base64.b64decode(PUBLIC_KEY.split()[1])).digest()
    assert pair["PublicKey"] == PUBLIC_KEY
    assert pair["KeyFingerprint"] == base64.b64encode(digest).decode()
    with pytest.raises(ClientError, match=r"InvalidKeyPair\.Duplicate"):
        ec2.import_key_pair(KeyName="one", PublicKeyMaterial=PUBLIC_KEY)


def test_an_unknown_key_pair_is_refused(connect: Connect) -> None:
    with pytest.raises(ClientError, match=r"InvalidKeyPair\.NotFound"):
        connect().describe_key_pairs(KeyNames=["nobody"])


def test_a_nat_gateway_names_its_address(connect: Connect) -> None:
    ec2 = connect()
    vpc = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.2.0.0/24")["Subnet"]["SubnetId"]
    address = ec2.allocate_address()
    created = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address["AllocationId"])
    gateway_id = created["NatGateway"]["NatGatewayId"]
    (gateway,) = ec2.describe_nat_gateways(NatGatewayIds=[gateway_id])["NatGateways"]
    (named,) = gateway["NatGatewayAddresses"]
    assert named["AllocationId"] == address["AllocationId"]
    assert named["PublicIp"] == address["PublicIp"]


def test_tags_are_found_by_their_value_and_go_with_their_resource(connect: Connect) -> None:
    ec2 = connect()
    vpc = ec2.create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "imgmeta:name", "Value": "t1"}])
    filters = [{"Name": "tag:imgmeta:name", "Values": ["t1"]}]
    assert [t["ResourceId"] for t in ec2.describe_tags(Filters=filters)["Tags"]] == [vpc]
    ec2.delete_vpc(VpcId=vpc)
    assert ec2.describe_tags(Filters=filters)["Tags"] == []
