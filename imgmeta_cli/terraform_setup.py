"""Which Terraform runs, and in what environment."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping

from imgmeta_cli import process

OLDEST = (1, 11)
_QUIET = {"CHECKPOINT_DISABLE": "1"}


def find_terraform(*, say: Callable[[str], None]) -> tuple[str, ...]:
    """The program to run: `terraform` from PATH if it is new enough, else the embedded engine."""
    path = shutil.which("terraform")
    if path is not None:
        # Asked for its version, Terraform asks its maker whether there is a newer one.
        found = process.run([path, "version", "-json"], env={**os.environ, **_QUIET})
        version = _read_version(found.stdout)
        if version >= OLDEST:
            return (path,)
        say(f"{path} is older than {_dotted(OLDEST)}: using the embedded Terraform")
    else:
        say("no terraform on PATH: using the embedded Terraform 1.15.5")
    from imgmeta_cli.sandbox.terraform_engine import terraform_command

    return tuple(terraform_command())


def terraform_env(
    environ: Mapping[str, str], *, profile: str | None, region: str
) -> dict[str, str]:
    """The environment of every run: this profile and region, and no other credentials.

    Keys in the environment would win over AWS_PROFILE inside the provider, and so send the
    deployment to another account than the one that was shown.
    """
    env = {**environ, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    if profile is not None:
        for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            env.pop(key, None)
        env["AWS_PROFILE"] = profile
    return {
        **env,
        "AWS_SDK_LOAD_CONFIG": "1",  # provider 3: read ~/.aws/config as well
        **_QUIET,
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
    }


def _read_version(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in json.loads(text)["terraform_version"].split(".")[:2])
    except (ValueError, KeyError, TypeError):
        return (0,)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
