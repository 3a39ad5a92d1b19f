"""Everything a deploy reads before it decides: account, registry, state, key and token."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imgmeta_cli import aws, image
from imgmeta_cli.admintoken import read_token_sha256
from imgmeta_cli.bundle import find_bundle, read_version
from imgmeta_cli.config import DeployConfig
from imgmeta_cli.errors import StateError, UsageError
from imgmeta_cli.keypair import read_public_key
from imgmeta_cli.plan import Facts, image_tag
from imgmeta_cli.releases import Deployment, Record, find_record
from imgmeta_cli.repository import DOCKERHUB, Repository, parse_repository
from imgmeta_cli.source import hash_files, hash_source
from imgmeta_cli.terraform import Terraform

if TYPE_CHECKING:
    from boto3 import Session
    from docker import DockerClient


@dataclass(frozen=True)
class Target:
    """The account that answers, and where a deployment of this name is remembered."""

    session: Session
    identity: aws.Identity
    record: Record


def open_target(config: DeployConfig) -> Target:
    """Ask AWS who we are, and find the deployment's folder."""
    session = aws.open_session(config.profile, config.region)
    identity = aws.read_identity(session)
    record = find_record(
        config.home, account=identity.account, region=identity.region, name=config.name
    )
    return Target(session, identity, record)


def require_deployment(config: DeployConfig, target: Target) -> Deployment:
    """The deployment that was begun here; raises StateError if there is none."""
    deployment = target.record.read_deployment()
    if deployment is None:
        where = f"{target.identity.account} in {target.identity.region}"
        raise StateError(
            f"no deployment named {config.name!r} is known here for account {where}",
            "check --name, --profile and --region; it is remembered where it was deployed from",
        )
    return deployment


def choose_repository(config: DeployConfig) -> Repository:
    """The repository that was named, or `imgmeta` of whoever is logged in to DockerHub."""
    if config.repository is not None:
        return config.repository
    user = image.read_registry_user(DOCKERHUB)
    if user is None:
        raise UsageError(
            "no repository is named, and nobody is logged in to DockerHub",
            "add --repository YOU/imgmeta, or run: docker login",
        )
    return parse_repository(f"{user}/imgmeta")


def read_source(bundle: Path) -> tuple[str, str]:
    """The source's hash and the tag that it is pushed under."""
    source_hash = hash_source(bundle)
    return source_hash, image_tag(read_version(), source_hash)


def gather_facts(
    config: DeployConfig, target: Target, *, client: DockerClient, terraform: Terraform
) -> Facts:
    """Read everything; change nothing."""
    bundle = find_bundle()
    repository = choose_repository(config)
    source_hash, tag = read_source(bundle)
    outputs = terraform.read_outputs()
    slots = outputs.get("slots") or {}
    key = read_public_key(target.record.key)
    if key is None and slots:
        raise StateError(
            f"the key pair {target.record.key} is gone, and servers were made with it",
            "restore the file, or run destroy and deploy again",
        )
    machine = bundle / "terraform" / "modules" / "ec2"
    return Facts(
        identity=target.identity,
        deployment=target.record.read_deployment(),
        repository=repository,
        tag=tag,
        source_hash=source_hash,
        machine_hash=hash_files(machine, [machine]),
        published=image.read_public_digest(client, repository, tag),
        has_key=key is not None,
        token_sha256=read_token_sha256(target.record.token),
        slots={slot: item["image"] for slot, item in slots.items()},
        made_with=target.record.read_fingerprints(),
        live_slot=outputs.get("live_slot"),
    )
