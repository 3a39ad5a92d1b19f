"""Elastic IPs come from a pool of this machine and are really translated to their instance."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from ..records import (
    Answer,
    Handler,
    Module,
    Parameters,
    Record,
    element,
    first,
    matches,
    read_element,
    refuse,
    replace_element,
    succeed,
)
from ..translation import Translator
from .instances import interface_id

_FILTERS = {
    "allocation-id": "AllocationId",
    "association-id": "AssociationId",
    "instance-id": "InstanceId",
    "public-ip": "PublicIp",
    "domain": "Domain",
}
_OWN_ADDRESS = "_own_public_ip"


@dataclass(frozen=True)
class Addresses:
    """The handlers of the Elastic IP actions."""

    ec2: Module
    pool: ipaddress.IPv4Network
    translator: Translator | None
    allocate_original: Handler
    release_original: Handler
    terminate_original: Handler

    def allocate(self, p: Parameters) -> Answer:
        """AllocateAddress, with the pool's first free address."""
        taken = {address["PublicIp"] for address in self.ec2._addresses.all_values()}
        free = next((str(h) for h in self.pool.hosts() if str(h) not in taken), None)
        if free is None:
            return self._refuse(
                "AddressLimitExceeded", "The maximum number of addresses is reached."
            )
        answer = self.allocate_original(p)
        self.ec2._addresses[read_element(answer, "allocationId")]["PublicIp"] = free
        return replace_element(answer, "publicIp", inner=free)

    def associate(self, p: Parameters) -> Answer:
        """AssociateAddress; an address in use moves unless the request forbids it."""
        address = self.ec2._addresses.get(self.ec2._p(p, "AllocationId"))
        instance = self.ec2._instances.get(self.ec2._p(p, "InstanceId"))
        if address is None:
            return self._refuse("InvalidAllocationID.NotFound", "The allocation ID does not exist")
        if instance is None or instance["State"]["Name"] == "terminated":
            return self._refuse("InvalidInstanceID.NotFound", "The instance ID does not exist")
        fixed = str(self.ec2._p(p, "AllowReassociation")).lower() == "false"
        if address["AssociationId"] and fixed and address["InstanceId"] != instance["InstanceId"]:
            return self._refuse("Resource.AlreadyAssociated", "The address is already associated.")
        self._detach(address)
        for other in self._addresses_of(instance):
            self._detach(other)
        address["AssociationId"] = f"eipassoc-{self.ec2.new_uuid().replace('-', '')[:17]}"
        address["InstanceId"] = instance["InstanceId"]
        instance.setdefault(_OWN_ADDRESS, instance["PublicIpAddress"])
        instance["PublicIpAddress"] = address["PublicIp"]
        self._translate()
        self._forget([address["PublicIp"]])
        inner = element("return", True) + element("associationId", address["AssociationId"])
        return succeed(self.ec2, "AssociateAddress", inner=inner)

    def disassociate(self, p: Parameters) -> Answer:
        """DisassociateAddress; the instance gets an address of its own again."""
        wanted = self.ec2._p(p, "AssociationId")
        found = first(a for a in self.ec2._addresses.values() if a["AssociationId"] == wanted)
        if found is None:
            message = f"The association ID '{wanted}' does not exist"
            return self._refuse("InvalidAssociationID.NotFound", message)
        self._detach(found)
        self._translate()
        return succeed(self.ec2, "DisassociateAddress", inner=element("return", True))

    def release(self, p: Parameters) -> Answer:
        """ReleaseAddress; refused while the address is associated."""
        address = self.ec2._addresses.get(self.ec2._p(p, "AllocationId"))
        if address is not None and address["AssociationId"]:
            return self._refuse("InvalidIPAddress.InUse", "The address is still associated.")
        return self.release_original(p)

    def terminate(self, p: Parameters) -> Answer:
        """TerminateInstances; an instance's Elastic IP is disassociated first."""
        for instance_id in self.ec2._parse_member_list(p, "InstanceId"):
            for address in self._addresses_of({"InstanceId": instance_id}):
                self._detach(address)
        self._translate()
        answer = self.terminate_original(p)
        ended = (self.ec2._instances.get(i) for i in self.ec2._parse_member_list(p, "InstanceId"))
        self._forget([i["PrivateIpAddress"] for i in ended if i is not None])
        return answer

    def describe(self, p: Parameters) -> Answer:
        """DescribeAddresses by id, public address, filter and tag."""
        ids = self.ec2._parse_member_list(p, "AllocationId")
        known = {address["AllocationId"] for address in self.ec2._addresses.values()}
        if missing := [i for i in ids if i not in known]:
            message = f"The allocation ID '{missing[0]}' does not exist"
            return self._refuse("InvalidAllocationID.NotFound", message)
        public = self.ec2._parse_member_list(p, "PublicIp")
        filters = self.ec2._parse_filters(p)
        items = "".join(
            self._render(address)
            for address in self.ec2._addresses.values()
            if (not ids or address["AllocationId"] in ids)
            and (not public or address["PublicIp"] in public)
            and matches(address, filters, names=_FILTERS)
            and self.ec2._resource_matches_tag_filters(address["AllocationId"], filters)
        )
        return succeed(self.ec2, "DescribeAddresses", inner=f"<addressesSet>{items}</addressesSet>")

    def _addresses_of(self, instance: Record) -> list[Record]:
        every = self.ec2._addresses.values()
        return [a for a in every if a["InstanceId"] == instance["InstanceId"]]

    def _detach(self, address: Record) -> None:
        instance = self.ec2._instances.get(address["InstanceId"] or "")
        if instance is not None:
            instance["PublicIpAddress"] = instance.pop(_OWN_ADDRESS, instance["PublicIpAddress"])
        address["AssociationId"] = address["InstanceId"] = None

    def _translate(self) -> None:
        """Tell the kernel about every association, in one step."""
        if self.translator is None:
            return
        targets = {}
        for (account, region, _), address in self.ec2._addresses.all_items():
            instance = self.ec2._instances.get_scoped(account, region, address["InstanceId"])
            if instance is not None:
                targets[address["PublicIp"]] = instance["PrivateIpAddress"]
        self.translator.replace(targets)

    def _forget(self, addresses: list[str]) -> None:
        if self.translator is not None:
            self.translator.forget(addresses)

    def _render(self, address: Record) -> str:
        instance = self.ec2._instances.get(address["InstanceId"] or "")
        inner = "".join(
            (
                element("allocationId", address["AllocationId"]),
                element("publicIp", address["PublicIp"]),
                element("domain", address["Domain"]),
                element("associationId", address["AssociationId"]),
                element("instanceId", address["InstanceId"]),
                self.ec2._tag_set_xml(address["AllocationId"]),
            )
        )
        if instance is not None:
            inner += element("networkInterfaceId", interface_id(instance))
            inner += element("networkInterfaceOwnerId", self.ec2.get_account_id())
            inner += element("privateIpAddress", instance["PrivateIpAddress"])
        return f"<item>{inner}</item>"

    def _refuse(self, code: str, message: str) -> Answer:
        return refuse(self.ec2, code, message=message)


def correct(ec2: Module, *, pool: ipaddress.IPv4Network, translator: Translator | None) -> None:
    """Put our handlers in the emulator's places; after `instances`, whose work they extend."""
    actions = ec2._ACTION_MAP
    addresses = Addresses(
        ec2,
        pool=pool,
        translator=translator,
        allocate_original=actions["AllocateAddress"],
        release_original=actions["ReleaseAddress"],
        terminate_original=actions["TerminateInstances"],
    )
    actions["AllocateAddress"] = addresses.allocate
    actions["AssociateAddress"] = addresses.associate
    actions["DisassociateAddress"] = addresses.disassociate
    actions["ReleaseAddress"] = addresses.release
    actions["TerminateInstances"] = addresses.terminate
    actions["DescribeAddresses"] = addresses.describe
