"""AWS, read, against a moto server and against what is no AWS; no address beyond the loopback."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import boto3
import botocore.exceptions
import pytest
from botocore.exceptions import ClientError, WaiterError

from imgmeta_cli.aws import open_session, read_identity, read_instance, to_imgmeta_error, translated
from imgmeta_cli.errors import CredentialsError, ImgmetaError, UsageError
from tests.imgmeta_cli.helpers import ACCOUNT, REGION, Reply, serving

RAISED = [
    found
    for _, found in inspect.getmembers(botocore.exceptions, inspect.isclass)
    if issubclass(found, Exception) and not issubclass(found, Warning)
]


def make_error(found: type[Exception]) -> Exception:
    """An exception of this class, with line breaks in its words where it takes any."""
    if issubclass(found, ClientError):
        return found({"Error": {"Code": "SomeCode", "Message": "said\nno"}}, "DescribeInstances")
    if issubclass(found, WaiterError):
        return found("name", "some\nreason", {})
    names = set(re.findall(r"\{(\w+)", getattr(found, "fmt", "")))
    return found(**{name: f"some\n{name}" for name in names})


@pytest.mark.parametrize("found", RAISED, ids=lambda found: str(found.__name__))
def test_no_exception_of_botocore_is_missed(found: type[Exception]) -> None:
    with pytest.raises(ImgmetaError) as caught, translated():
        raise make_error(found)
    error = caught.value
    assert error.message.strip()
    assert error.hint
    assert "\n" not in error.message + error.hint


def test_what_is_not_botocores_is_left_alone() -> None:
    with pytest.raises(KeyError), translated():
        raise KeyError("ours")


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("ExpiredToken", CredentialsError, "missing or refused"),
        ("InvalidClientTokenId", CredentialsError, "missing or refused"),
        ("SignatureDoesNotMatch", CredentialsError, "missing or refused"),
        ("AccessDenied", CredentialsError, "may not do that"),
        ("AccessDeniedException", CredentialsError, "may not do that"),
        ("UnauthorizedOperation", CredentialsError, "may not do that"),
        ("VpcLimitExceeded", ImgmetaError, "said no"),
    ],
)
def test_a_refusal_is_named_by_its_code(code: str, kind: type[ImgmetaError], words: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "because"}}, "RunInstances")
    found = to_imgmeta_error(error)
    assert type(found) is kind
    assert words in found.message
    assert "because" in found.message


def test_reads_who_we_are(aws: boto3.Session, moto_url: str) -> None:
    found = read_identity(aws)
    assert (found.account, found.region, found.endpoint_url) == (ACCOUNT, REGION, moto_url)
    assert found.arn.startswith("arn:aws:")


def write_config(home: Path, text: str) -> None:
    """Write ~/.aws/config."""
    path = home / ".aws" / "config"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


KEYS = "aws_access_key_id = 123456789012\naws_secret_access_key = example\n"


@pytest.mark.parametrize(
    ("more", "ours"),
    [
        ("endpoint_url = {url}\n", True),
        ("services = here\n[services here]\nec2 =\n  endpoint_url = {url}\n"
         "sts =\n  endpoint_url = {url}\n", True),
        ("services = here\n[services here]\nsts =\n  endpoint_url = {url}\n", False),
        ("use_dualstack_endpoint = true\nservices = here\n[services here]\n"
         "sts =\n  endpoint_url = {url}\n", False),
    ],
    ids=["profile", "services", "AWS's own", "AWS's own, IPv6"],
)  # fmt: skip
def test_finds_where_a_profile_points(home: Path, moto_url: str, more: str, ours: bool) -> None:
    write_config(home, f"[profile work]\nregion = {REGION}\n{KEYS}{more.format(url=moto_url)}")
    found = read_identity(open_session("work", None))
    assert found.endpoint_url == (moto_url if ours else None)


def test_an_unknown_profile_is_named_with_those_there_are(home: Path) -> None:
    write_config(home, "[profile one]\n[profile two]\n")
    with pytest.raises(CredentialsError, match="no AWS profile named 'three'") as caught:
        open_session("three", None)
    assert "one, two" in caught.value.hint


@pytest.mark.parametrize("text", ["[profile", "no section\n"])
def test_a_broken_config_file_is_one_line(home: Path, text: str) -> None:
    write_config(home, text)
    with pytest.raises(ImgmetaError, match="config") as caught:
        open_session("work", None)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("region", "words", "hint"),
    [
        (None, "no AWS region is set", "--region"),
        ("eu-centrall-1", "no AWS region 'eu-centrall-1'", "eu-central-1"),
        ("us-gov-west-9", "no AWS region 'us-gov-west-9'", "us-gov-west-1"),
        ("xx-nowhere-1", "no AWS region 'xx-nowhere-1'", "?"),
    ],
)  # fmt: skip
def test_a_region_is_checked_before_anyone_is_asked(
    home: Path, region: str | None, words: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        read_identity(open_session(None, region))
    assert hint in caught.value.hint or "describe-regions" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[profile work]\naws_access_key_id = 1\n",
        "[profile work]\ncredential_process = /bin/false\n",
        "[profile work]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = gone\n",
        "[profile work]\nsso_start_url = https://example.com\nsso_region = eu-central-1\n"
        "sso_account_id = 123456789012\nsso_role_name = x\n",
    ],
    ids=["none", "half a key", "process fails", "role without source", "not logged in"],
)
def test_credentials_that_do_not_serve_are_named(home: Path, text: str) -> None:
    write_config(home, text)
    with pytest.raises(CredentialsError) as caught:
        read_identity(open_session("work" if text else None, REGION))
    assert "\n" not in caught.value.message
    assert "--profile" in caught.value.hint


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, b"<html>hello</html>"), "does not answer as AWS"),
        (Reply(200, b"hello"), "does not answer as AWS"),
        (Reply(403, b"<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error>"
                    b"</ErrorResponse>"), "missing or refused"),
    ],
)  # fmt: skip
def test_an_endpoint_may_be_no_aws(
    aws: boto3.Session, monkeypatch: pytest.MonkeyPatch, reply: Reply, words: str
) -> None:
    with serving(lambda method, path: reply) as where:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{where}")
        with pytest.raises(ImgmetaError, match=words):
            read_identity(boto3.Session(region_name=REGION))


def test_an_endpoint_that_does_not_answer_is_said(
    aws: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(ImgmetaError, match="cannot be reached"):
        read_identity(boto3.Session(region_name=REGION))


def test_follows_an_instance_to_its_end(aws: boto3.Session) -> None:
    ec2 = aws.client("ec2")
    image = ec2.register_image(Name="debian", RootDeviceName="/dev/xvda")["ImageId"]
    started = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]
    running = read_instance(aws, started["InstanceId"])
    assert running.state == "running"
    assert "Linux version" in running.console
    ec2.terminate_instances(InstanceIds=[started["InstanceId"]])
    ended = read_instance(aws, started["InstanceId"])
    assert (ended.state, bool(ended.reason)) == ("terminated", True)
    assert read_instance(aws, "i-0123456789abcdef0").state == "unknown"
