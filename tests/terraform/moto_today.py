"""moto's server, its EC2 corrected where AWS answers otherwise today.

Run as a program with moto_server's own options. Each correction is one function below.
"""

from __future__ import annotations

import sys
from typing import Any

import moto.server
from moto.core.responses import ActionResult
from moto.ec2.models.elastic_ip_addresses import ElasticAddress, ElasticAddressBackend
from moto.ec2.models.instances import InstanceBackend, Reservation
from moto.ec2.responses.account_attributes import AccountAttributes

allocate_as_moto = ElasticAddressBackend.allocate_address
run_as_moto = InstanceBackend.run_instances


def without_ec2_classic(self: AccountAttributes) -> ActionResult:
    """No account has had EC2-Classic since August 2022; moto's still do."""
    del self
    platform = {
        "AttributeName": "supported-platforms",
        "AttributeValues": [{"AttributeValue": "VPC"}],
    }
    return ActionResult({"AccountAttributes": [platform]})


def allocate_in_vpc(
    self: ElasticAddressBackend,
    domain: str | None,
    address: str | None = None,
    tags: dict[str, str] | None = None,
) -> ElasticAddress:
    """Without EC2-Classic every elastic IP is in the domain "vpc", whatever was asked for."""
    del domain
    return allocate_as_moto(self, "vpc", address, tags)


def run_in_groups(self: InstanceBackend, *args: Any, **kwargs: Any) -> Reservation:
    """An instance is in the security groups that were given with its network interface.

    moto forgets them on the instance, and so they also seem lost after AssociateAddress.
    """
    reservation = run_as_moto(self, *args, **kwargs)
    for instance in reservation.instances:
        instance.security_groups = instance.security_groups or list(instance.nics[0].group_set)
    return reservation


if __name__ == "__main__":
    AccountAttributes.describe_account_attributes = without_ec2_classic  # type: ignore[method-assign]
    ElasticAddressBackend.allocate_address = allocate_in_vpc  # type: ignore[method-assign]
    InstanceBackend.run_instances = run_in_groups  # type: ignore[method-assign]
    moto.server.main(sys.argv[1:])
