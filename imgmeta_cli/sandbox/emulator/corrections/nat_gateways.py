"""DescribeNatGateways names the gateway's address; provider 3.39 panics when none is there."""

from __future__ import annotations

from ..records import Answer, Handler, Module, Parameters, element


def correct(ec2: Module) -> None:
    """Fill `natGatewayAddressSet` where a gateway is created or described."""
    for action in ("CreateNatGateway", "DescribeNatGateways"):
        ec2._ACTION_MAP[action] = _with_addresses(ec2, original=ec2._ACTION_MAP[action])


def _with_addresses(ec2: Module, *, original: Handler) -> Handler:
    def handle(p: Parameters) -> Answer:
        status, headers, content = original(p)
        body = content.decode()
        for gateway in ec2._nat_gateways.values():
            marker = f"<natGatewayId>{gateway['NatGatewayId']}</natGatewayId>"
            before, found, after = body.partition(marker)
            if found:
                addresses = _render_addresses(ec2, gateway["AllocationId"])
                body = before + found + after.replace("<natGatewayAddressSet/>", addresses, 1)
        return status, headers, body.encode()

    return handle


def _render_addresses(ec2: Module, allocation_id: str) -> str:
    address = ec2._addresses.get(allocation_id) or {}
    inner = "".join(
        (
            element("allocationId", allocation_id),
            element("networkInterfaceId", f"eni-{allocation_id[-17:]}"),
            element("privateIp", "10.0.0.10"),
            element("publicIp", address.get("PublicIp")),
        )
    )
    return f"<natGatewayAddressSet><item>{inner}</item></natGatewayAddressSet>"
