"""Instances echo what they were launched with: root volume, metadata options, zone, interface."""

from __future__ import annotations

from ..records import (
    Answer,
    Handler,
    Module,
    Parameters,
    Record,
    element,
    is_success,
    read_elements,
    replace_element,
)
from .volumes import add_root_volume, drop_volumes

_METADATA = "_metadata_options"
_METADATA_DEFAULTS = {
    "HttpTokens": "optional",
    "HttpPutResponseHopLimit": "1",
    "HttpEndpoint": "enabled",
    "InstanceMetadataTags": "disabled",
}


def correct(ec2: Module) -> None:
    """Correct RunInstances, TerminateInstances and the two ways to describe an instance."""
    actions = ec2._ACTION_MAP
    actions["RunInstances"] = _launching(ec2, original=actions["RunInstances"])
    actions["TerminateInstances"] = _terminating(ec2, original=actions["TerminateInstances"])
    describe = actions["DescribeInstanceAttribute"]
    actions["DescribeInstanceAttribute"] = _describing_user_data(ec2, original=describe)
    _render_more(ec2)
    _filter_more(ec2)


def read_metadata_options(instance: Record) -> dict[str, str]:
    """The instance's metadata options by their EC2 names."""
    return {**_METADATA_DEFAULTS, **instance.get(_METADATA, {})}


def interface_id(instance: Record) -> str:
    """The id of an instance's one network interface."""
    return f"eni-{instance['InstanceId'][2:]}"


def flatten_interface(request: Parameters) -> Parameters:
    """The request with its first network interface's subnet and groups as the instance's own.

    EC2 takes them in either place; the emulator looks in one.
    """
    prefix = "NetworkInterface.1."
    moved = {
        key.removeprefix(prefix): value
        for key, value in request.items()
        if key.startswith((f"{prefix}SubnetId", f"{prefix}SecurityGroupId."))
    }
    return {**request, **moved}


def _launching(ec2: Module, *, original: Handler) -> Handler:
    def run_instances(p: Parameters) -> Answer:
        answer = original(flatten_interface(p))
        if not is_success(answer):
            return answer
        launched = [ec2._instances[i] for i in read_elements(answer, "instanceId")]
        for instance in launched:
            _record_request(ec2, instance, request=p)
        items = "".join(ec2._instance_xml(instance) for instance in launched)
        return replace_element(answer, "instancesSet", inner=items)

    return run_instances


def _record_request(ec2: Module, instance: Record, *, request: Parameters) -> None:
    subnet = ec2._subnets.get(instance["SubnetId"]) or {}
    zone = subnet.get("AvailabilityZone") or instance["Placement"]["AvailabilityZone"]
    instance["Placement"]["AvailabilityZone"] = zone
    add_root_volume(ec2, instance, request=request)
    prefix = "MetadataOptions."
    instance[_METADATA] = {
        key.removeprefix(prefix): ec2._p(request, key) for key in request if key.startswith(prefix)
    }


def _terminating(ec2: Module, *, original: Handler) -> Handler:
    def terminate_instances(p: Parameters) -> Answer:
        answer = original(p)
        if is_success(answer):
            for instance_id in ec2._parse_member_list(p, "InstanceId"):
                drop_volumes(ec2, ec2._instances[instance_id])
        return answer

    return terminate_instances


def _describing_user_data(ec2: Module, *, original: Handler) -> Handler:
    def describe_instance_attribute(p: Parameters) -> Answer:
        answer = original(p)
        if not is_success(answer) or ec2._p(p, "Attribute") != "userData":
            return answer
        user_data = ec2._instances[ec2._p(p, "InstanceId")].get("UserData")
        return replace_element(answer, "userData", inner=element("value", user_data))

    return describe_instance_attribute


def _render_more(ec2: Module) -> None:
    render_instance = ec2._instance_xml

    def render(instance: Record) -> str:
        more = _render_metadata_options(instance) + _render_interface(ec2, instance)
        text: str = render_instance(instance)
        return text.removesuffix("</item>") + more + "<ebsOptimized>false</ebsOptimized></item>"

    ec2._instance_xml = render


def _render_metadata_options(instance: Record) -> str:
    members = (
        element(name[0].lower() + name[1:], value)
        for name, value in read_metadata_options(instance).items()
    )
    return f"<metadataOptions>{element('state', 'applied')}{''.join(members)}</metadataOptions>"


def _render_interface(ec2: Module, instance: Record) -> str:
    """The one interface of a running instance; a terminated one has none."""
    if instance["State"]["Name"] == "terminated":
        return ""
    groups = "".join(
        f"<item>{element('groupId', g['GroupId'])}{element('groupName', g['GroupName'])}</item>"
        for g in instance["SecurityGroups"]
    )
    association = element("publicIp", instance["PublicIpAddress"]) + element("ipOwnerId", "amazon")
    attachment = "".join(
        (
            element("attachmentId", f"eni-attach-{instance['InstanceId'][2:]}"),
            element("deviceIndex", 0),
            element("status", "attached"),
            element("deleteOnTermination", "true"),
        )
    )
    inner = "".join(
        (
            element("networkInterfaceId", interface_id(instance)),
            element("subnetId", instance["SubnetId"]),
            element("vpcId", instance["VpcId"]),
            element("ownerId", ec2.get_account_id()),
            element("status", "in-use"),
            element("privateIpAddress", instance["PrivateIpAddress"]),
            element("sourceDestCheck", instance.get("SourceDestCheck", True)),
            f"<groupSet>{groups}</groupSet>",
            f"<attachment>{attachment}</attachment>",
            f"<association>{association}</association>",
        )
    )
    return f"<networkInterfaceSet><item>{inner}</item></networkInterfaceSet>"


def _filter_more(ec2: Module) -> None:
    matches_original = ec2._matches_filters
    keys = {"instance-id": "InstanceId", "vpc-id": "VpcId", "subnet-id": "SubnetId"}
    keys |= {"key-name": "KeyName", "ip-address": "PublicIpAddress"}

    def matches_filters(instance: Record, filters: dict[str, list[str]]) -> bool:
        own = all(instance.get(k) in filters[n] for n, k in keys.items() if n in filters)
        return own and bool(matches_original(instance, filters))

    ec2._matches_filters = matches_filters
