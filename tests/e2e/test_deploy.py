"""The story of one deployment, told in order: each test goes on where the one before it ended."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.e2e.world import Poller, World, fetch
from tests.images import test_images as build_images

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
DEPLOY = ("deploy", "--yes", "--json", "--ssh-cidr", "172.16.0.0/12")


@pytest.fixture(scope="module")
def story() -> dict[str, Any]:
    """What earlier tests of this story have left for later ones."""
    return {}


def open_session(world: World) -> boto3.Session:
    for key in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        os.environ[key] = world.environment[key]
    return boto3.Session(profile_name=world.environment["AWS_PROFILE"])


def read_records(world: World, bucket: str) -> list[dict[str, Any]]:
    s3 = open_session(world).client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="service/requests/")
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    return [json.load(s3.get_object(Bucket=bucket, Key=key)["Body"]) for key in keys]


def read_user_data(world: World, address: str) -> str:
    """What the instance at `address` was started with, as EC2 keeps it."""
    ec2 = open_session(world).client("ec2")
    instance = ec2.describe_addresses(PublicIps=[address])["Addresses"][0]["InstanceId"]
    answer = ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")
    return base64.b64decode(answer["UserData"]["Value"]).decode()


def ssh(story: dict[str, Any], *command: str, said: str = "") -> str:
    """What `command` prints on the live instance, with `said` as its standard input."""
    done = try_ssh(story, *command, said=said)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def try_ssh(
    story: dict[str, Any], *command: str, said: str = ""
) -> subprocess.CompletedProcess[str]:
    options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    address = story["first"]["release"]["address"]
    line = ["ssh", "-q", "-i", story["first"]["key"], *options, f"admin@{address}", *command]
    return subprocess.run(line, input=said, capture_output=True, text=True, timeout=60)


def find_text(folder: Path, text: str) -> set[str]:
    """The names of the files below `folder` that hold `text`."""
    done = subprocess.run(
        ["grep", "-rlFf", "-", str(folder)], input=text, capture_output=True, text=True
    )
    assert done.returncode in (0, 1), done.stderr
    return {Path(line).name for line in done.stdout.splitlines()}


def test_dry_run_shows_the_steps_and_changes_nothing(world: World) -> None:
    run = world.imgmeta("deploy", "--dry-run", "--json")
    assert run.code == 0
    steps = [step["step"] for step in run.json["steps"]]
    assert steps[:4] == ["Build", "Push", "CheckPublic", "CreateKey"]
    assert not list((world.folder / "home").glob("deployments/*/*/*/*.json"))


def test_first_deploy_answers(world: World, story: dict[str, Any]) -> None:
    run = world.imgmeta(*DEPLOY)
    assert run.code == 0, run.err
    story["first"] = run.json
    story["printed"] = run.out + run.err
    status, ready = fetch(run.json["release"]["address"], "/ready")
    assert status == 200
    assert run.json["release"]["image"].endswith(ready["imageDigest"])
    assert Path(run.json["key"]).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["photo", *build_images()])
def test_post_answers_what_inspect_says(
    world: World, story: dict[str, Any], photo: Path, tmp_path: Path, name: str
) -> None:
    content = photo.read_bytes() if name == "photo" else build_images()[name]
    path = tmp_path / "image"
    path.write_bytes(content)
    status, answer = fetch(story["first"]["release"]["address"], "/api/images", body=content)
    local = world.imgmeta("inspect", str(path), "--json", "--hash")
    assert (status, local.code) == (201, 0)
    assert answer.pop("id") == answer["file"]["sha256"]
    # What only a file with a name has.
    assert answer["file"].pop("extensionMismatch") is None
    found = local.json
    assert found.pop("path") == str(path)
    found["file"].pop("extensionMismatch")
    assert answer == found


def test_the_record_lies_in_the_bucket(
    world: World, story: dict[str, Any], photo: Path, docker_engine: Any
) -> None:
    records = read_records(world, story["first"]["release"]["bucket"])
    wanted = hashlib.sha256(photo.read_bytes()).hexdigest()
    found = [record for record in records if record["sha256"] == wanted]
    bridge = docker_engine.networks.get("bridge").attrs["IPAM"]["Config"][0]["Gateway"]
    assert [record["clientIp"] for record in found] == [bridge]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found[0]["timestamp"])


def test_ssh_with_the_generated_key_and_no_credentials_but_the_roles(
    story: dict[str, Any],
) -> None:
    assert ssh(story, "cat", "/etc/imgmeta/image").strip() == story["first"]["release"]["image"]
    environment = ssh(story, "sudo", "docker", "inspect", "-f", "'{{.Config.Env}}'", "imgmeta")
    assert "AWS_ACCESS_KEY_ID" not in environment
    imds = "169.254.169.254/latest"
    token = f"$(curl -sX PUT -H X-aws-ec2-metadata-token-ttl-seconds:60 {imds}/api/token)"
    path = f"{imds}/meta-data/iam/security-credentials/"
    role = ssh(story, f'curl -s -H "X-aws-ec2-metadata-token: {token}" {path}')
    deployment = story["first"]["deployment"]
    assert role == f"imgmeta-{deployment['name']}-{deployment['id']}"


def test_admin_routes_open_for_the_token_and_on_the_machine_alone(story: dict[str, Any]) -> None:
    address, token = story["first"]["release"]["address"], read_token(story)
    listed = json.loads(ssh(story, "imgmeta-admin", "/api/requests", said=token))
    assert listed["requests"][0]["path"] == "/api/images"
    assert ssh(story, "imgmeta-admin", "'/api/requests?format=csv'", said=token).count("\n") > 1
    without = try_ssh(story, "imgmeta-admin", "/api/requests", said="no token")
    assert (without.returncode, json.loads(without.stdout)["status"]) == (1, 401)
    for headers in ({}, {"Authorization": f"Bearer {token}"}):
        status, refusal = fetch(address, "/api/requests", headers=headers)
        assert (status, refusal["status"]) == (403, 403)
    # From the machine, but not from inside the container: as a tunnel does.
    tunnel = ["curl", "-s", "-H", "@-", "http://127.0.0.1:8888/api/requests"]
    through = ssh(story, *tunnel, said=f"Authorization: Bearer {token}\n")
    assert json.loads(through)["status"] == 403


def read_token(story: dict[str, Any]) -> str:
    path = Path(story["first"]["token"])
    assert path.stat().st_mode & 0o777 == 0o600
    return path.read_text().strip()


def test_the_token_is_nowhere_but_in_its_file(world: World, story: dict[str, Any]) -> None:
    token = read_token(story)
    told = hashlib.sha256(token.encode()).hexdigest()
    assert find_text(world.folder, token) == {"admin_token"}
    assert find_text(world.folder, told) == {"terraform.tfvars.json"}
    # The images, the container and its logs are below /var/lib/docker.
    places = "/etc /var /run /tmp /home /root /usr/local"
    seen = ssh(story, f"sudo grep -rlsFf - {places} || true", said=token)
    assert seen == ""
    seen = ssh(story, f"sudo grep -rlsFf - {places} || true", said=told)
    assert "/etc/imgmeta/container.env" in seen.split()
    user_data = read_user_data(world, story["first"]["release"]["address"])
    assert told in user_data
    assert token not in user_data
    assert token not in story["printed"]


def test_second_deploy_changes_nothing(world: World, story: dict[str, Any]) -> None:
    run = world.imgmeta(*DEPLOY)
    assert run.code == 0
    assert run.json["changed"] is False
    assert run.json["release"] == story["first"]["release"]
    assert "0 to add, 0 to change, 0 to destroy" in run.err
    assert "build the image" not in run.err


def test_only_loopback_and_the_bridge_are_contacted(
    world: World, story: dict[str, Any], docker_engine: Any
) -> None:
    trace = world.folder / "connects"
    calls = ("-v", "-s", "100000", "-e", "trace=connect,execve")
    strace = ("strace", "-f", "-qq", *calls, "-o", str(trace))
    run = world.imgmeta(*DEPLOY, prefix=strace)
    assert run.code == 0
    addresses = set(re.findall(r'inet_addr\("([0-9.]+)"\)', trace.read_text()))
    subnet = docker_engine.networks.get("bridge").attrs["IPAM"]["Config"][0]["Subnet"]
    allowed = [ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network(subnet)]
    strangers = {
        address
        for address in addresses
        if not any(ipaddress.ip_address(address) in network for network in allowed)
    }
    assert addresses
    assert not strangers
    assert '"plan"' in trace.read_text()
    assert read_token(story) not in trace.read_text(), "in a command line or an environment"


def test_changed_source_moves_without_a_gap(
    world: World, story: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    first = story["first"]["release"]
    page = world.source / "service" / "__init__.py"
    page.write_text(page.read_text() + "\nCHANGED = True\n")
    with Poller(first["address"]) as poller:
        run = world.imgmeta(*DEPLOY)
    assert run.code == 0
    second = run.json["release"]
    with capsys.disabled():
        print(f"\n{poller.answers} answers, longest gap {poller.longest_gap_s:.3f} s")
    assert poller.failures == []
    assert poller.answers > 100
    assert second["image"] != first["image"]
    assert {first["slot"], second["slot"]} == {"blue", "green"}
    assert second["address"] == first["address"]
    assert len(read_records(world, first["bucket"])) > 1
    story["second"] = run.json


def test_another_token_moves_without_a_gap(world: World, story: dict[str, Any]) -> None:
    old, second = read_token(story), story["second"]["release"]
    Path(story["first"]["token"]).unlink()
    with Poller(second["address"]) as poller:
        run = world.imgmeta(*DEPLOY)
    assert run.code == 0
    assert poller.failures == []
    assert run.json["release"]["image"] == second["image"]
    assert run.json["release"]["slot"] != second["slot"]
    assert try_ssh(story, "imgmeta-admin", "/api/images", said=old).returncode == 1
    assert ssh(story, "imgmeta-admin", "/api/images", said=read_token(story))


def test_broken_image_is_known_at_once_and_the_old_one_stays(
    world: World, story: dict[str, Any]
) -> None:
    app = world.source / "service" / "app.py"
    good = app.read_text()
    app.write_text('raise SystemExit("no such luck today")\n')
    address = story["second"]["release"]["address"]
    with Poller(address) as poller:
        run = world.imgmeta(*DEPLOY)
    app.write_text(good)
    assert run.code == 73
    assert "no such luck today" in run.err
    assert "exited with code" in run.err
    assert poller.failures == []
    _, ready = fetch(address, "/ready")
    assert story["second"]["release"]["image"].endswith(ready["imageDigest"])
    assert world.imgmeta("status", "--json").json["health"] == "ready"


def test_two_names_and_two_accounts_side_by_side(world: World, story: dict[str, Any]) -> None:
    elsewhere = world.with_environment(AWS_PROFILE="sandbox-b")
    with ThreadPoolExecutor() as pool:
        other_name = pool.submit(world.imgmeta, "deploy", "--yes", "--json", "--name", "second")
        other_account = pool.submit(elsewhere.imgmeta, "deploy", "--yes", "--json", "--no-nat")
    runs = [story["second"], other_name.result().json, other_account.result().json]
    for key in ("address", "bucket"):
        assert len({run["release"][key] for run in runs}) == 3
    assert runs[2]["deployment"]["account"] != runs[0]["deployment"]["account"]
    assert world.imgmeta("destroy", "--yes", "--name", "second", "--delete-data").code == 0
    assert elsewhere.imgmeta("destroy", "--yes", "--delete-data").code == 0
    status, _ = fetch(runs[0]["release"]["address"], "/ready")
    assert status == 200


def test_destroy_keeps_the_bucket_unless_told(world: World, story: dict[str, Any]) -> None:
    bucket = story["first"]["release"]["bucket"]
    run = world.imgmeta("destroy", "--yes", "--json")
    assert run.code == 0
    assert run.json["kept"] == bucket
    s3 = open_session(world).client("s3")
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    assert tags["imgmeta:kept"] == "true"
    assert read_records(world, bucket)


def test_destroy_delete_data_leaves_nothing(world: World, story: dict[str, Any]) -> None:
    run = world.imgmeta("destroy", "--yes", "--delete-data")
    assert run.code == 0
    assert "nothing: each service was asked" in run.out
    session = open_session(world)
    ec2 = session.client("ec2")
    tag: Any = {"Name": "tag:imgmeta:deployment-id", "Values": [story["first"]["deployment"]["id"]]}
    assert ec2.describe_vpcs(Filters=[tag])["Vpcs"] == []
    assert ec2.describe_addresses(Filters=[tag])["Addresses"] == []
    buckets = [bucket["Name"] for bucket in session.client("s3").list_buckets()["Buckets"]]
    assert story["first"]["release"]["bucket"] not in buckets
    again = world.imgmeta("destroy", "--yes", "--delete-data")
    assert again.code == 74
    assert "no deployment named" in again.err
