"""What the instances were started with, as EC2 keeps it."""

from __future__ import annotations

import base64
import json
from typing import Any

import boto3
import pytest

from tests.terraform.conftest import FIRST, TOKEN_SHA256, Step
from tests.terraform.stack import SOURCE

pytestmark = pytest.mark.timeout(900)
LIMIT = 16_384  # bytes, before base64: "Run commands at launch", EC2 User Guide


@pytest.fixture(scope="module")
def user_data(life: dict[str, Step], moto: str) -> str:
    client = boto3.client(
        "ec2",
        endpoint_url=moto,
        region_name="eu-central-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="example",
    )
    instance = life["fill blue"].outputs["slots"]["blue"]["instance_id"]
    answer = client.describe_instance_attribute(InstanceId=instance, Attribute="userData")
    return base64.b64decode(answer["UserData"]["Value"]).decode()


@pytest.fixture(scope="module")
def files(user_data: str) -> dict[str, dict[str, Any]]:
    header, _, document = user_data.partition("\n")
    assert header == "#cloud-config"
    return {file["path"]: file for file in json.loads(document)["write_files"]}


def test_user_data_fits(user_data: str) -> None:
    assert len(user_data.encode()) < LIMIT / 2


def test_container_gets_its_environment_and_no_secret(files: dict[str, dict[str, Any]]) -> None:
    lines = files["/etc/imgmeta/container.env"]["content"].splitlines()
    assert dict(line.split("=", 1) for line in lines) == {
        "IMGMETA_STORE_URL": "s3://imgmeta-photos-1f2e3d4c/service",
        "IMGMETA_IMAGE_DIGEST": FIRST.split("@")[1],
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "IMGMETA_ADMIN_TOKEN_SHA256": TOKEN_SHA256,
    }
    assert files["/etc/imgmeta/image"]["content"] == f"{FIRST}\n"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/var/lib/cloud/scripts/per-boot/imgmeta", "boot.sh"),
        ("/usr/local/bin/imgmeta-admin", "admin.sh"),
    ],
)
def test_scripts_are_as_they_are_in_the_repository(
    files: dict[str, dict[str, Any]], path: str, name: str
) -> None:
    script = files[path]
    assert script["content"] == (SOURCE / "modules/ec2" / name).read_text()
    assert script["permissions"] == "0755"
