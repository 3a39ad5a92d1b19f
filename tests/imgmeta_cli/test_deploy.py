"""Plans carried out for real, but for the cloud: Terraform on a stack of terraform_data with the
EC2 stack's variables and outputs, moto for AWS, and little servers at the slots' addresses."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import boto3
import pytest

from imgmeta_cli.admintoken import read_token_sha256
from imgmeta_cli.aws import Identity
from imgmeta_cli.config import DeployConfig
from imgmeta_cli.deploy import execute
from imgmeta_cli.errors import InterruptedByUser
from imgmeta_cli.facts import Target
from imgmeta_cli.plan import DeployPlan, Facts, fingerprint, plan_deploy, plan_destroy
from imgmeta_cli.readiness import PORT, SlotFailedError
from imgmeta_cli.releases import Deployment, Record
from imgmeta_cli.render import Display
from imgmeta_cli.repository import parse_repository
from imgmeta_cli.site import Site
from imgmeta_cli.terraform import Terraform
from imgmeta_cli.terraform_setup import find_terraform, terraform_env
from imgmeta_cli.workspace import Workspace
from tests.imgmeta_cli.helpers import ACCOUNT, REGION, Reply, serving

ADDRESSES = {"blue": "127.88.1.1", "green": "127.88.1.2"}
STACK = """
variable "deployment" { type = object({ id = string, name = string }) }
variable "slots" { type = map(string) }
variable "live_slot" { type = string }
variable "instance_type" { type = string }
variable "ami_id" { type = string }
variable "allow_cidrs" { type = list(string) }
variable "ssh_cidrs" { type = list(string) }
variable "access" { type = object({ public_key = string, admin_token_sha256 = string }) }
variable "enable_nat" { type = bool }
variable "retired" { type = bool }
locals { addresses = { blue = "127.88.1.1", green = "127.88.1.2" } }
resource "terraform_data" "slot" {
  for_each = { for slot, image in var.slots : "${slot}@${image}" => slot }
  input    = each.value
}
resource "terraform_data" "aws_eip_association" { input = var.live_slot }
output "address" { value = var.live_slot == null ? null : local.addresses[var.live_slot] }
output "bucket" { value = "imgmeta-test-0a1b2c3d" }
output "live_slot" { value = var.live_slot }
output "slots" {
  value = { for slot, image in var.slots : slot => {
    instance_id = "i-0123456789abcdef0", public_ip = local.addresses[slot], image = image
  } }
}
"""
REPOSITORY = parse_repository("acme/imgmeta")


@dataclass
class Fleet:
    """What each address answers: an image's digest, as the service in that slot would."""

    runs: dict[str, str] = field(default_factory=dict)

    def answer(self, slot: str) -> Reply:
        digest = self.runs.get(slot)
        return Reply(200, f'{{"imageDigest": "{digest}"}}'.encode()) if digest else Reply(502)


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    found = Fleet()
    with ExitStack() as stack:
        for slot, address in ADDRESSES.items():
            ask = lambda method, path, slot=slot: found.answer(slot)  # noqa: E731
            stack.enter_context(serving(ask, host=address, port=PORT))
        yield found


@pytest.fixture
def site(aws: boto3.Session, tmp_path: Path) -> Site:
    """A deployment that was never deployed; its user agrees to everything."""
    folder = tmp_path / "bundle" / "terraform" / "stacks" / "ec2"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(STACK)
    display = Display()
    record = Record(tmp_path / "deployment")
    record.write_deployment(Deployment("0a1b2c3d", "test", ACCOUNT, REGION))
    return Site(
        config=DeployConfig(home=tmp_path, name="test"),
        target=Target(aws, Identity(ACCOUNT, "arn", REGION, None), record),
        deployment=Deployment("0a1b2c3d", "test", ACCOUNT, REGION),
        terraform=Terraform(
            Workspace(record.folder, "ec2"),
            command=find_terraform(say=print),
            env=terraform_env(os.environ, profile=None, region=REGION),
            on_event=display.terraform,
        ),
        display=display,
        bundle=tmp_path / "bundle",
        agree=lambda changes: True,
        machine_hash="machine",
    )


def plan(site: Site, digest: str) -> DeployPlan:
    """Plan a deploy of an image that was pushed before, from what Terraform and the record say."""
    record, outputs = site.target.record, site.terraform.read_outputs()
    facts = Facts(
        identity=site.target.identity,
        deployment=site.deployment,
        repository=REPOSITORY,
        tag="0.1.0-abc",
        source_hash="abc",
        machine_hash=site.machine_hash,
        published=digest,
        has_key=record.key.exists(),
        token_sha256=read_token_sha256(record.token),
        slots={slot: item["image"] for slot, item in (outputs.get("slots") or {}).items()},
        made_with=record.read_fingerprints(),
        live_slot=outputs.get("live_slot"),
    )
    return plan_deploy(site.config, facts)


def read_slots(site: Site) -> tuple[dict[str, str], str | None]:
    """What runs where, and who has the address."""
    outputs = site.terraform.read_outputs()
    return {k: v["image"].partition("@")[2] for k, v in outputs["slots"].items()}, outputs.get(
        "live_slot"
    )


def test_from_the_first_deploy_to_the_last(site: Site, fleet: Fleet) -> None:
    fleet.runs = {"blue": "sha256:1", "green": "sha256:2"}
    first = execute(plan(site, "sha256:1"), site)
    assert read_slots(site) == ({"blue": "sha256:1"}, "blue")
    assert first.changed > 0
    assert site.target.record.key.exists()

    same = execute(plan(site, "sha256:1"), site)
    assert same.changed == 0

    execute(plan(site, "sha256:2"), site)
    assert read_slots(site) == ({"green": "sha256:2"}, "green")
    journal = site.target.record.read_journal()
    assert {entry.outcome for entry in journal[0::2]} == {"started"}
    assert {entry.outcome for entry in journal[1::2]} == {"done"}

    gone = execute(plan_destroy(delete_data=False), site)
    assert gone.removed == ('terraform_data.slot["green@acme/imgmeta@sha256:2"]',)
    assert read_slots(site) == ({}, None)


def test_a_version_that_does_not_prove_itself_is_taken_away(site: Site, fleet: Fleet) -> None:
    fleet.runs = {"blue": "sha256:1", "green": "sha256:other"}
    execute(plan(site, "sha256:1"), site)
    with pytest.raises(SlotFailedError, match="runs sha256:other"):
        execute(plan(site, "sha256:2"), site)
    assert read_slots(site) == ({"blue": "sha256:1"}, "blue")
    assert len(list((site.target.record.folder / "logs").iterdir())) == 1
    outcomes = [(entry.step, entry.outcome) for entry in site.target.record.read_journal()][-4:]
    assert outcomes == [
        ("prove it at its own address", "started"),
        ("prove it at its own address", "failed"),
        ("empty the green slot again", "started"),
        ("empty the green slot again", "done"),
    ]


def test_what_is_not_agreed_is_not_applied(site: Site, fleet: Fleet) -> None:
    refusing = replace(site, agree=lambda changes: False)
    with pytest.raises(InterruptedByUser, match="not agreed"):
        execute(plan(site, "sha256:1"), refusing)
    assert site.terraform.read_outputs() == {}
    assert not (site.target.record.folder / "deploy.tfplan").exists()
    assert site.target.record.read_journal()[-1].outcome == "failed"


def test_a_slot_keeps_the_fingerprint_it_was_made_with(site: Site, fleet: Fleet) -> None:
    fleet.runs = {"blue": "sha256:1", "green": "sha256:1"}
    execute(plan(site, "sha256:1"), site)
    token = read_token_sha256(site.target.record.token)
    before = fingerprint(site.config, site.machine_hash, token)
    bigger = replace(site, config=replace(site.config, instance_type="t3.small"))
    until_the_move = replace(change := plan(bigger, "sha256:1"), steps=change.steps[:3])
    execute(until_the_move, bigger)
    assert read_slots(site)[1] == "green"
    after = fingerprint(bigger.config, site.machine_hash, token)
    assert site.target.record.read_fingerprints() == {"blue": before, "green": after}


def find_text(folder: Path, text: str) -> set[str]:
    """The files below `folder` that hold `text`, relative to it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    wanted = text.encode()
    return {str(p.relative_to(folder)) for p in files if wanted in p.read_bytes()}


def test_terraform_gets_the_hash_of_the_token_and_nobody_the_token(
    site: Site, fleet: Fleet, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet.runs = {"blue": "sha256:1"}
    record = site.target.record
    execute(plan(site, "sha256:1"), site)
    token = record.token.read_text().strip()
    told = hashlib.sha256(token.encode()).hexdigest()
    assert find_text(record.folder, token) == {"admin_token"}
    assert find_text(record.folder, told) == {"terraform/stacks/ec2/terraform.tfvars.json"}
    assert token not in "".join(capsys.readouterr())


def test_a_token_that_was_removed_is_made_anew_in_the_other_slot(site: Site, fleet: Fleet) -> None:
    fleet.runs = {"blue": "sha256:1", "green": "sha256:1"}
    record = site.target.record
    execute(plan(site, "sha256:1"), site)
    old = record.token.read_text()
    record.token.unlink()
    execute(plan(site, "sha256:1"), site)
    assert record.token.read_text() != old
    assert read_slots(site) == ({"green": "sha256:1"}, "green")
    assert execute(plan(site, "sha256:1"), site).changed == 0


def test_destroy_keeps_the_token_and_asks_nothing_of_it(site: Site, fleet: Fleet) -> None:
    fleet.runs = {"blue": "sha256:1"}
    record = site.target.record
    execute(plan(site, "sha256:1"), site)
    record.token.write_text("damaged")
    execute(plan_destroy(delete_data=False), site)
    assert read_slots(site) == ({}, None)
    assert record.token.read_text() == "damaged"
