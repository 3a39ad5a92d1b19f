"""AWS, read: who we are, what an instance says, what is left. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imgmeta_cli.errors import CredentialsError, ImgmetaError, UsageError

if TYPE_CHECKING:
    import boto3


@dataclass(frozen=True)
class Identity:
    """The account and region that a deployment goes to, and where its API is if not AWS's own."""

    account: str
    arn: str
    region: str
    endpoint_url: str | None


@dataclass(frozen=True)
class InstanceView:
    """An instance as EC2 sees it: its state, and its console's text (empty until there is any)."""

    state: str
    reason: str
    console: str


def open_session(profile: str | None, region: str | None) -> boto3.Session:
    """A boto3 session; raises CredentialsError for an unknown profile or a broken config file."""
    import boto3
    from botocore.exceptions import ConfigParseError, ProfileNotFound

    try:
        return boto3.Session(profile_name=profile, region_name=region)
    except ConfigParseError as error:
        raise to_imgmeta_error(error) from error
    except ProfileNotFound as error:
        known = ", ".join(_list_profiles()[:6]) or "none"
        raise CredentialsError(
            f"there is no AWS profile named {profile!r}",
            f"known profiles: {known}; make one with: aws configure --profile {profile}",
        ) from error


def read_identity(session: boto3.Session) -> Identity:
    """Ask STS who we are. Raises CredentialsError or UsageError (no region, unknown region)."""
    region = session.region_name
    if region is None:
        raise UsageError("no AWS region is set", "add --region, such as --region eu-central-1")
    known = _list_regions(session, region)
    if region not in known:
        raise UsageError(f"there is no AWS region {region!r}", _nearest(region, known))
    with translated():
        caller = _read_caller(session)
        return Identity(caller["Account"], caller["Arn"], region, _endpoint(session))


def read_instance(session: boto3.Session, instance_id: str) -> InstanceView:
    """The state and console of one instance; one that is not there (yet) is "unknown"."""
    from botocore.exceptions import ClientError

    ec2 = session.client("ec2", config=_brisk())
    with translated():
        try:
            found = ec2.describe_instances(InstanceIds=[instance_id])
        except ClientError as error:
            if "NotFound" in error.response["Error"]["Code"]:
                return InstanceView("unknown", "", "")
            raise
        instance = found["Reservations"][0]["Instances"][0]
        reason = instance.get("StateReason", {}).get("Message", "")
        return InstanceView(instance["State"]["Name"], reason, _read_console(ec2, instance_id))


@contextmanager
def translated() -> Iterator[None]:
    """The one boundary where botocore's exceptions become ours."""
    from botocore.exceptions import BotoCoreError, ClientError, UndefinedModelAttributeError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except (
        BotoCoreError,
        ClientError,
        ResponseParserError,
        UndefinedModelAttributeError,
    ) as error:
        raise to_imgmeta_error(error) from error


def to_imgmeta_error(error: Exception) -> ImgmetaError:
    """Name the cause and the fix of any exception that botocore raises."""
    name = type(error).__name__
    # Errors of the HTTP client have a response too, and it is None.
    code = (getattr(error, "response", None) or {}).get("Error", {}).get("Code", "")
    text = " ".join(str(error).split())
    if name in _CREDENTIAL_ERRORS or code in _CREDENTIAL_CODES:
        return CredentialsError(f"AWS credentials are missing or refused: {text}", _LOGIN_HINT)
    if "AccessDenied" in code or "Unauthorized" in code:
        return CredentialsError(f"this identity may not do that: {text}", "ask for the permission")
    if name in _NETWORK_ERRORS:
        return ImgmetaError(f"AWS cannot be reached: {text}", "check the network and the region")
    return ImgmetaError(f"AWS said no: {text}", "see the message; `imgmeta status` shows what is")


_LOGIN_HINT = "log in (aws sso login, aws configure) or name another profile with --profile"
_CREDENTIAL_ERRORS = {
    "NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError",
    "SSOTokenLoadError", "UnauthorizedSSOTokenError", "TokenRetrievalError", "SSOError",
    "ProfileNotFound", "ConfigParseError", "InvalidConfigError",
    "LoginError", "LoginRefreshRequired",
}  # fmt: skip
_CREDENTIAL_CODES = {
    "InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken", "ExpiredTokenException",
    "AuthFailure", "UnrecognizedClientException", "InvalidAccessKeyId",
}  # fmt: skip
_NETWORK_ERRORS = {
    "EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError",
    "ProxyConnectionError", "SSLError",
}  # fmt: skip


def _brisk() -> Any:
    """Reads are asked again and again while a person waits: fail soon, try thrice."""
    from botocore.config import Config

    return Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard"})


def _read_caller(session: boto3.Session) -> Mapping[str, Any]:
    from botocore.parsers import ResponseParserError

    sts = session.client("sts", config=_brisk())
    try:
        return sts.get_caller_identity()
    except (ResponseParserError, KeyError) as error:
        # KeyError: what came is XML, but of no shape that botocore's parser looks for.
        raise UsageError(
            f"{sts.meta.endpoint_url} does not answer as AWS does",
            "check endpoint_url in the profile, or AWS_ENDPOINT_URL",
        ) from error


def _list_profiles() -> list[str]:
    import botocore.session

    # boto3's own list needs a session, and the environment may name the profile that is missing.
    return sorted(botocore.session.Session(profile="default").available_profiles)


def _list_regions(session: boto3.Session, region: str) -> list[str]:
    from botocore.exceptions import UnknownRegionError

    try:
        partition = session.get_partition_for_region(region)
    except UnknownRegionError:
        partition = "aws"
    return session.get_available_regions("ec2", partition)


def _nearest(region: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(region, known, 2)
    return f"did you mean {' or '.join(near)}?" if near else "see: aws ec2 describe-regions"


def _endpoint(session: boto3.Session) -> str | None:
    """Where the profile's `endpoint_url` (or AWS_ENDPOINT_URL) points; None for AWS itself."""
    from botocore.config import Config

    url = session.client("ec2").meta.endpoint_url
    unconfigured = Config(ignore_configured_endpoint_urls=True)  # type: ignore[call-arg]
    own = session.client("ec2", config=unconfigured).meta.endpoint_url
    return None if url == own else url


def _read_console(ec2: Any, instance_id: str) -> str:
    """The console so far. `Latest` needs a Nitro instance; older ones give a buffered copy."""
    from botocore.exceptions import ClientError

    for options in ({"Latest": True}, {}):
        try:
            return str(ec2.get_console_output(InstanceId=instance_id, **options).get("Output", ""))
        except ClientError as error:
            if error.response["Error"]["Code"] != "UnsupportedOperation":
                raise
    return ""
