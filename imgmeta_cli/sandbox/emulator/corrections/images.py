"""Debian's AMI in every account and region, EBS-backed, and with a machine behind it."""

from __future__ import annotations

from typing import Any

from ..records import Module, Record

DEBIAN_OWNER = "136693071363"
DEBIAN_AMI = "ami-0deb1a12000000000"
DEBIAN_NAME = "debian-12-amd64-20260101-1"
ROOT_DEVICE = "/dev/xvda"


def correct(ec2: Module, *, machine_image: str | None) -> None:
    """List Debian's AMI, and boot `machine_image` for it and whatever was registered."""
    ec2._STUB_AMIS.append(
        (DEBIAN_AMI, DEBIAN_NAME, "Debian 12", "", ROOT_DEVICE, DEBIAN_OWNER, None)
    )
    _give_creation_dates(ec2)
    _support_security_options(ec2)
    if machine_image is None:
        return
    find_registered = ec2._registered_image

    def find_image(image_id: str) -> Record | None:
        if image_id == DEBIAN_AMI:
            return {"ImageLocation": machine_image, "RootDeviceName": ROOT_DEVICE}
        found: Record | None = find_registered(image_id)
        return found

    ec2._registered_image = find_image
    # It asks Docker only once an image is registered; Debian's is there from the start.
    ec2._docker_touched = lambda: True


def _give_creation_dates(ec2: Module) -> None:
    """`most_recent` in Terraform sorts by a date that the emulator's images do not have."""
    render_mappings = ec2._image_bdm_xml

    def render(view: Record) -> str:
        return f"{render_mappings(view)}<creationDate>2026-01-01T00:00:00.000Z</creationDate>"

    ec2._image_bdm_xml = render


def _support_security_options(ec2: Module) -> None:
    """`EC2_DOCKER_FLAGS` knows no --security-opt, which Docker inside an instance needs."""
    parse_flags = ec2._parse_ec2_docker_flags

    def parse(flags: str) -> dict[str, Any]:
        words = flags.split()
        options = [w.partition("=")[2] for w in words if w.startswith("--security-opt=")]
        parsed: dict[str, Any] = parse_flags(flags)
        return {**parsed, "security_opt": options} if options else parsed

    ec2._parse_ec2_docker_flags = parse
