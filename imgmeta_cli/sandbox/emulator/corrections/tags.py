"""DescribeTags honours `tag:KEY` filters, and tags go with what they were on."""

from __future__ import annotations

from collections.abc import Iterator

from ..records import Answer, Handler, Module, Parameters, element, is_success, matches, succeed

# What deletes a resource, and the parameter that names it.
_DELETIONS = {
    "DeleteVpc": "VpcId",
    "DeleteSubnet": "SubnetId",
    "DeleteInternetGateway": "InternetGatewayId",
    "DeleteRouteTable": "RouteTableId",
    "DeleteSecurityGroup": "GroupId",
    "DeleteNatGateway": "NatGatewayId",
    "DeleteVolume": "VolumeId",
    "DeleteNetworkInterface": "NetworkInterfaceId",
}
_FILTERS = {name: name for name in ("resource-id", "resource-type", "key", "value")}


def correct(ec2: Module) -> None:
    """Correct DescribeTags, and forget the tags of a resource that was deleted."""

    def describe_tags(p: Parameters) -> Answer:
        items = "".join(_render_matching(ec2, ec2._parse_filters(p)))
        return succeed(ec2, "DescribeTags", inner=f"<tagSet>{items}</tagSet>")

    ec2._ACTION_MAP["DescribeTags"] = describe_tags
    for action, parameter in _DELETIONS.items():
        original = ec2._ACTION_MAP[action]
        ec2._ACTION_MAP[action] = _forgetting(ec2, original=original, parameter=parameter)


def _render_matching(ec2: Module, filters: dict[str, list[str]]) -> Iterator[str]:
    for resource_id, tags in ec2._tags.items():
        kind = ec2._guess_resource_type(resource_id)
        for tag in tags:
            record = {
                "resource-id": resource_id,
                "resource-type": kind,
                "key": tag["Key"],
                "value": tag["Value"],
            }
            own = {f"tag:{tag['Key']}": tag["Value"]}
            asked = {name: values for name, values in filters.items() if name.startswith("tag:")}
            if not all(own.get(name) in values for name, values in asked.items()):
                continue
            if matches(record, filters, names=_FILTERS):
                yield _render(record)


def _render(record: dict[str, str]) -> str:
    inner = "".join(
        (
            element("resourceId", record["resource-id"]),
            element("resourceType", record["resource-type"]),
            element("key", record["key"]),
            element("value", record["value"]),
        )
    )
    return f"<item>{inner}</item>"


def _forgetting(ec2: Module, *, original: Handler, parameter: str) -> Handler:
    def delete(p: Parameters) -> Answer:
        answer = original(p)
        if is_success(answer):
            ec2._tags.pop(ec2._p(p, parameter), None)
        return answer

    return delete
