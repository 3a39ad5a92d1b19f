"""The sandbox as the rest of the world sees it: AWS profiles with an `endpoint_url`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from imgmeta_cli.sandbox.registry import REPOSITORY, write_secret

# The emulator takes a 12-digit access key id as the account it belongs to.
ACCOUNTS = {"sandbox": "000000000001", "sandbox-b": "000000000002"}
REGION = "eu-central-1"


@dataclass(frozen=True)
class Sandbox:
    """A running embedded AWS."""

    home: Path
    endpoint_url: str
    registry: str
    docker_host: str

    @property
    def repository(self) -> str:
        """Where images are pushed to and pulled from: HOST:PORT/NAME."""
        return f"{self.registry}/{REPOSITORY}"

    def environment(self) -> dict[str, str]:
        """What boto3, Terraform, Docker and imgmeta need to find it."""
        return {
            "AWS_CONFIG_FILE": str(self.home / "aws" / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.home / "aws" / "credentials"),
            "AWS_PROFILE": "sandbox",
            "DOCKER_HOST": self.docker_host,
            "DOCKER_CONFIG": str(self.home / "docker"),
            "IMGMETA_REPOSITORY": self.repository,
        }


def write_profiles(folder: Path, *, endpoint_url: str) -> None:
    """Write an AWS `config` and `credentials` with one profile an account."""
    folder.mkdir(parents=True, exist_ok=True)
    config = (
        f"[profile {name}]\nregion = {REGION}\nendpoint_url = {endpoint_url}\n" for name in ACCOUNTS
    )
    credentials = (
        f"[{name}]\naws_access_key_id = {account}\naws_secret_access_key = sandbox\n"
        for name, account in ACCOUNTS.items()
    )
    (folder / "config").write_text("\n".join(config))
    write_secret(folder / "credentials", "\n".join(credentials))
