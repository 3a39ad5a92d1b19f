"""A running instance and what is known of it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from .records import Record


@dataclass(frozen=True)
class Instance:
    """A running instance with the account and region it belongs to."""

    account: str
    region: str
    record: Record


def scope_of(instance: Instance) -> AbstractContextManager[None]:
    """Makes the emulator's records those of the instance's account and region."""
    from ministack.core.responses import request_scope

    scope: AbstractContextManager[None] = request_scope(instance.account, instance.region)
    return scope


def simple_values(instance: Instance) -> dict[str, str]:
    """Metadata of one line each, by path below `meta-data/`."""
    record = instance.record
    return {
        "ami-id": record["ImageId"],
        "hostname": record["PrivateDnsName"],
        "instance-id": record["InstanceId"],
        "instance-type": record["InstanceType"],
        "local-hostname": record["PrivateDnsName"],
        "local-ipv4": record["PrivateIpAddress"],
        "placement/availability-zone": record["Placement"]["AvailabilityZone"],
        "placement/region": instance.region,
        "public-ipv4": record["PublicIpAddress"],
    }


def identity(instance: Instance) -> dict[str, str]:
    """The instance identity document, unsigned."""
    record = instance.record
    return {
        "accountId": instance.account,
        "architecture": record["Architecture"],
        "availabilityZone": record["Placement"]["AvailabilityZone"],
        "imageId": record["ImageId"],
        "instanceId": record["InstanceId"],
        "instanceType": record["InstanceType"],
        "privateIp": record["PrivateIpAddress"],
        "region": instance.region,
        "version": "2017-09-30",
    }
