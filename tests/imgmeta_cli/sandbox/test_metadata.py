"""Instance metadata: by the caller's address, with a token, with credentials that work."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.imgmeta_cli.sandbox.conftest import Connect
from tests.imgmeta_cli.sandbox.test_corrections import PUBLIC_KEY
from tests.imgmeta_cli.sandbox.test_instances import run

ACCOUNT = "444444444444"
TTL = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}


def ask(url: str, *, method: str = "GET", headers: dict[str, str] | None = None) -> str:
    request = urllib.request.Request(url, method=method, headers=headers or {})
    with urllib.request.urlopen(request, timeout=10) as response:
        return str(response.read().decode())


def status_of(url: str, *, method: str = "GET", headers: dict[str, str] | None = None) -> int:
    try:
        ask(url, method=method, headers=headers)
    except urllib.error.HTTPError as error:
        return error.code
    return 200


@pytest.fixture
def instance(connect: Connect) -> Iterator[dict[str, Any]]:
    """An instance whose address is the one that this test asks from."""
    iam = connect("iam", account=ACCOUNT)
    iam.create_role(RoleName="service", AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName="service")
    iam.add_role_to_instance_profile(InstanceProfileName="service", RoleName="service")
    ec2 = connect(account=ACCOUNT)
    ec2.import_key_pair(KeyName="admin", PublicKeyMaterial=PUBLIC_KEY)
    launched = run(
        ec2,
        KeyName="admin",
        PrivateIpAddress="127.0.0.1",
        UserData="#!/bin/sh\n",
        IamInstanceProfile={"Name": "service"},
        MetadataOptions={"HttpTokens": "required"},
    )
    yield launched
    ec2.terminate_instances(InstanceIds=[launched["InstanceId"]])
    ec2.delete_key_pair(KeyName="admin")
    iam.remove_role_from_instance_profile(InstanceProfileName="service", RoleName="service")
    iam.delete_instance_profile(InstanceProfileName="service")
    iam.delete_role(RoleName="service")


def test_nobody_else_is_answered(emulator_url: str) -> None:
    assert status_of(f"{emulator_url}/latest/meta-data/instance-id") == 404
    assert status_of(f"{emulator_url}/_imgmeta/user-data") == 404


def test_metadata_needs_a_token(emulator_url: str, instance: dict[str, Any]) -> None:
    url = f"{emulator_url}/latest/meta-data/instance-id"
    assert status_of(url) == 401
    assert status_of(url, headers={"X-aws-ec2-metadata-token": "made-up"}) == 401
    token = ask(f"{emulator_url}/latest/api/token", method="PUT", headers=TTL)
    assert ask(url, headers={"X-aws-ec2-metadata-token": token}) == instance["InstanceId"]


@pytest.mark.parametrize(("lifetime", "status"), [("0", 400), ("21601", 400), ("21600", 200)])
def test_a_tokens_lifetime_has_bounds(
    emulator_url: str, instance: dict[str, Any], lifetime: str, status: int
) -> None:
    headers = {"X-aws-ec2-metadata-token-ttl-seconds": lifetime}
    assert status_of(f"{emulator_url}/latest/api/token", method="PUT", headers=headers) == status


def test_the_roles_credentials_open_its_accounts_bucket(
    emulator_url: str, instance: dict[str, Any], connect: Connect
) -> None:
    s3 = connect("s3", account=ACCOUNT, region="us-east-1")
    s3.create_bucket(Bucket="of-the-role")
    s3.put_object(Bucket="of-the-role", Key="k", Body=b"v")
    token = ask(f"{emulator_url}/latest/api/token", method="PUT", headers=TTL)
    allowed = {"X-aws-ec2-metadata-token": token}
    roles = f"{emulator_url}/latest/meta-data/iam/security-credentials/"
    role = ask(roles, headers=allowed)
    assert role == "service"
    document = json.loads(ask(roles + role, headers=allowed))
    session = boto3.Session(
        document["AccessKeyId"], document["SecretAccessKey"], document["Token"], "us-east-1"
    )
    caller = session.client("sts", endpoint_url=emulator_url).get_caller_identity()
    assert caller["Account"] == ACCOUNT
    assert caller["Arn"].endswith(f"assumed-role/service/{instance['InstanceId']}")
    got = session.client("s3", endpoint_url=emulator_url).get_object(Bucket="of-the-role", Key="k")
    assert got["Body"].read() == b"v"


def test_what_an_instance_boots_with(emulator_url: str, instance: dict[str, Any]) -> None:
    seed = json.loads(ask(f"{emulator_url}/_imgmeta/meta-data"))
    assert seed["instance-id"] == instance["InstanceId"]
    assert seed["public-keys"] == [PUBLIC_KEY]
    assert ask(f"{emulator_url}/_imgmeta/user-data") == "#!/bin/sh\n"
