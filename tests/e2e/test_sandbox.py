"""The embedded AWS as a world of its own: machines boot, addresses move, nothing is left."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import docker
import pytest

from imgmeta_cli.sandbox import control, daemons, engine
from imgmeta_cli.sandbox.network import Bridge, free_port, read_bridge
from imgmeta_cli.sandbox.state import read_state
from tests.e2e.world import ROOT, Poller, fetch

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

HOME = ROOT / ".imgmeta" / "sandbox"
NAME = "sandbox-probe"
# Runs in a container of the instance, as the service does: a token, the role's keys, one object.
PROBE = r"""
imds=http://169.254.169.254/latest
token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $imds/api/token)
ask() { curl -sf -H "X-aws-ec2-metadata-token: $token" "$imds/meta-data/$1"; }
keys=$(ask "iam/security-credentials/$(ask iam/security-credentials/)")
of() { echo "$keys" | jq -r ".$1"; }
curl -sf --aws-sigv4 aws:amz:$REGION:s3 --user "$(of AccessKeyId):$(of SecretAccessKey)" \
    -H "x-amz-security-token: $(of Token)" -T /etc/debian_version \
    "$AWS_ENDPOINT_URL/$BUCKET/written-by-$SLOT" && echo "probe: $SLOT has written"
"""
USER_DATA = r"""#!/bin/sh
mkdir -p /srv/probe && cd /srv/probe
printf '{{"slot":"{slot}"}}' > health
setsid python3 -m http.server 8888 >/dev/null 2>&1 </dev/null &
cat > /root/probe <<'PROBE'
{probe}
PROBE
docker pull --quiet {image}
docker run --rm --env-file /etc/imgmeta/service.env --env REGION={region} --env BUCKET={bucket} \
    --env SLOT={slot} --volume /root/probe:/probe --entrypoint /bin/sh {image} /probe
"""


@dataclass(frozen=True)
class Machines:
    """Two instances of one account, by slot, and what they were given."""

    ids: dict[str, str]
    addresses: dict[str, str]
    bucket: str
    key: Path


def wait_for(what: str, attempt: Callable[[], bool], *, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if attempt():
            return
        time.sleep(0.5)
    raise AssertionError(f"waited {seconds} s for {what}")


@pytest.fixture(scope="module")
def session(sandbox: dict[str, str]) -> boto3.Session:
    for name, value in sandbox.items():
        os.environ[name] = value
    return boto3.Session(profile_name="sandbox")


@pytest.fixture(scope="module")
def bridge(docker_engine: docker.DockerClient) -> Bridge:
    return read_bridge(docker_engine)


@pytest.fixture(scope="module")
def image(sandbox: dict[str, str], docker_engine: docker.DockerClient) -> str:
    """The machine image itself, which has curl and jq, pushed so that an instance can pull it."""
    machine = read_state(HOME).machine_image
    assert machine is not None
    name = f"{sandbox['IMGMETA_REPOSITORY'].partition('/')[0]}/probe"
    docker_engine.images.get(machine).tag(name, "latest")
    login = json.loads((HOME / "docker" / "config.json").read_text())["auths"]
    assert list(login) == [name.partition("/")[0]]
    password = (HOME / "registry" / "password").read_text()
    answer = docker_engine.images.push(
        name, "latest", auth_config={"username": "imgmeta", "password": password}
    )
    assert "errorDetail" not in answer
    return f"{name}:latest"


@pytest.fixture(scope="module")
def machines(
    session: boto3.Session, image: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machines]:
    ec2: Any = session.client("ec2")
    key = tmp_path_factory.mktemp("key") / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    ec2.import_key_pair(KeyName=NAME, PublicKeyMaterial=key.with_suffix(".pub").read_bytes())
    make_role(session)
    make_bucket(session)
    found = ec2.describe_images(Owners=["136693071363"])["Images"]
    ids = {
        slot: ec2.run_instances(
            ImageId=found[0]["ImageId"],
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            KeyName=NAME,
            IamInstanceProfile={"Name": NAME},
            MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
            UserData=USER_DATA.format(
                slot=slot, probe=PROBE, image=image, bucket=NAME, region=session.region_name
            ),
        )["Instances"][0]["InstanceId"]
        for slot in ("blue", "green")
    }
    described = ec2.describe_instances(InstanceIds=list(ids.values()))["Reservations"]
    by_id = {i["InstanceId"]: i["PublicIpAddress"] for r in described for i in r["Instances"]}
    yield Machines(ids, {slot: by_id[i] for slot, i in ids.items()}, NAME, key)
    ec2.terminate_instances(InstanceIds=list(ids.values()))
    ec2.delete_key_pair(KeyName=NAME)


def make_role(session: boto3.Session) -> None:
    iam = session.client("iam")
    iam.create_role(RoleName=NAME, AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName=NAME)
    iam.add_role_to_instance_profile(InstanceProfileName=NAME, RoleName=NAME)


def make_bucket(session: boto3.Session) -> None:
    region: Any = session.region_name
    session.client("s3").create_bucket(
        Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": region}
    )


def read_console(session: boto3.Session, instance_id: str) -> str:
    return str(session.client("ec2").get_console_output(InstanceId=instance_id).get("Output", ""))


def test_cloud_init_runs_and_the_console_shows_it(
    session: boto3.Session, machines: Machines
) -> None:
    for slot, instance_id in machines.ids.items():
        marker = f"probe: {slot} has written"
        wait_for(marker, lambda i=instance_id, m=marker: m in read_console(session, i))  # type: ignore[misc]
        console = read_console(session, instance_id)
        for stage in ("init-local", "init", "modules:config", "modules:final"):
            assert f"running '{stage}'" in console


def test_a_container_writes_with_the_roles_credentials(
    session: boto3.Session, machines: Machines
) -> None:
    listing = session.client("s3").list_objects_v2(Bucket=machines.bucket)
    assert {o["Key"] for o in listing["Contents"]} == {"written-by-blue", "written-by-green"}
    other = boto3.Session(profile_name="sandbox-b").client("s3").list_buckets()["Buckets"]
    assert machines.bucket not in {bucket["Name"] for bucket in other}


def test_ssh_opens_with_the_key_pair(machines: Machines) -> None:
    line = ["ssh", "-q", "-i", str(machines.key), "-o", "BatchMode=yes"]
    line += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    done = subprocess.run(
        [*line, f"admin@{machines.addresses['blue']}", "id -un; sudo id -un"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == ["admin", "root"]


def test_an_address_moves_while_a_client_asks(
    session: boto3.Session, machines: Machines, bridge: Bridge
) -> None:
    ec2 = session.client("ec2")
    allocated = ec2.allocate_address()
    address, allocation = allocated["PublicIp"], allocated["AllocationId"]
    assert ipaddress.ip_address(address) in bridge.network
    ec2.associate_address(AllocationId=allocation, InstanceId=machines.ids["blue"])
    assert fetch(address, "/health") == (200, {"slot": "blue"})
    with Poller(address) as poller:
        for slot in ("green", "blue") * 5:
            ec2.associate_address(AllocationId=allocation, InstanceId=machines.ids[slot])
            assert fetch(address, "/health") == (200, {"slot": slot})
            time.sleep(0.3)  # for the client to ask a few times
    print(f"{poller.answers} answers, longest gap {poller.longest_gap_s:.3f} s")
    assert poller.failures == []
    assert poller.answers > 20
    found = ec2.describe_addresses(AllocationIds=[allocation])["Addresses"][0]
    ec2.disassociate_address(AssociationId=found["AssociationId"])
    port = free_port(48888, hosts=("0.0.0.0",))
    with pytest.raises(OSError):
        ask_from(port, address)
    # The port that was just asked from in vain leads somewhere again.
    ec2.associate_address(AllocationId=allocation, InstanceId=machines.ids["blue"])
    assert ask_from(port, address) == b"HTTP"
    found = ec2.describe_addresses(AllocationIds=[allocation])["Addresses"][0]
    ec2.disassociate_address(AssociationId=found["AssociationId"])
    ec2.release_address(AllocationId=allocation)


def ask_from(port: int, address: str) -> bytes:
    """The first four bytes of an answer to a request that comes from `port` of this machine."""
    with socket.create_connection((address, 8888), timeout=2, source_address=("", port)) as client:
        client.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        return client.recv(4)


def test_a_terminated_machine_is_gone_and_its_console_stays(
    session: boto3.Session, machines: Machines, docker_engine: docker.DockerClient
) -> None:
    ec2 = session.client("ec2")
    label = f"instance_id={machines.ids['green']}"
    assert docker_engine.containers.list(filters={"label": label})
    ec2.terminate_instances(InstanceIds=[machines.ids["green"]])
    assert not docker_engine.containers.list(all=True, filters={"label": label})
    assert "probe: green has written" in read_console(session, machines.ids["green"])
    assert fetch(machines.addresses["blue"], "/health") == (200, {"slot": "blue"})


def test_it_listens_on_loopback_and_the_bridge_only(
    sandbox: dict[str, str], bridge: Bridge
) -> None:
    state = read_state(HOME)
    ours = {state.emulator_port, state.registry_port}
    listing = subprocess.run(["ss", "-Hltn"], check=True, capture_output=True, text=True).stdout
    places = [line.split()[3].rpartition(":") for line in listing.splitlines()]
    found = {(host, int(port)) for host, _, port in places if int(port) in ours}
    assert found == {(h, p) for h in ("127.0.0.1", bridge.address) for p in ours}


def test_a_dead_part_is_started_again_and_the_rest_is_left_alone(sandbox: dict[str, str]) -> None:
    before = read_state(HOME)
    assert daemons.end(before.front)
    assert not control.status(HOME).running
    assert control.start(HOME, report=print).environment() == sandbox
    after = read_state(HOME)
    assert control.status(HOME).running
    assert after.front != before.front
    assert (after.emulator, after.engine) == (before.emulator, before.engine)


def test_an_engine_of_our_own_leaves_nothing_behind(tmp_path: Path) -> None:
    files = engine.engine_files(tmp_path)
    pid = engine.start_own(files, report=print)
    client = engine.connect(files.host)
    assert client is not None
    assert can_listen_there(read_bridge(client))
    client.close()
    assert engine.stop_own(files, pid=pid)
    assert engine.connect(files.host) is None
    assert str(tmp_path) not in Path("/proc/mounts").read_text()
    assert not (Path("/sys/class/net") / files.bridge).exists()
    for table in ("nat", "filter"):
        rules = subprocess.run(["iptables", "-t", table, "-S"], capture_output=True, text=True)
        assert files.bridge not in rules.stdout
    assert str(files.run) not in running_commands()


def can_listen_there(bridge: Bridge) -> bool:
    return ipaddress.ip_address(bridge.address) in bridge.network


def running_commands() -> str:
    return subprocess.run(["ps", "-eo", "args"], check=True, capture_output=True, text=True).stdout
