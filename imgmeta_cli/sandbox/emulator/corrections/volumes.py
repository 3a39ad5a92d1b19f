"""An instance's root volume as it was asked for: size, type, encryption, tags, lifetime."""

from __future__ import annotations

from ..records import Module, Parameters, Record

_DEFAULT_IOPS = 3000  # gp3
_DEFAULT_THROUGHPUT = 125  # MiB/s, gp3


def add_root_volume(ec2: Module, instance: Record, *, request: Parameters) -> None:
    """Record an attached root volume and name it in the instance's block devices."""
    device = instance["RootDeviceName"]
    if instance["BlockDeviceMappings"]:
        volume_id = instance["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    else:
        volume_id = ec2._new_volume_id()
    asked = _read_mapping(ec2, request, device=device)
    lasting = asked.get("DeleteOnTermination", "true").lower() == "true"
    attached = {
        "VolumeId": volume_id,
        "Status": "attached",
        "AttachTime": instance["LaunchTime"],
        "DeleteOnTermination": lasting,
    }
    instance["RootDeviceType"] = "ebs"
    instance["BlockDeviceMappings"] = [{"DeviceName": device, "Ebs": attached}]
    ec2._volumes[volume_id] = {
        "VolumeId": volume_id,
        "Size": int(asked.get("VolumeSize", "8")),
        "AvailabilityZone": instance["Placement"]["AvailabilityZone"],
        "State": "in-use",
        "VolumeType": asked.get("VolumeType", "gp2"),
        "SnapshotId": "",
        "Iops": int(asked.get("Iops", _DEFAULT_IOPS)),
        "Throughput": int(asked.get("Throughput", _DEFAULT_THROUGHPUT)),
        "Encrypted": asked.get("Encrypted", "false").lower() == "true",
        "CreateTime": instance["LaunchTime"],
        "MultiAttachEnabled": False,
        "Attachments": [
            {
                **attached,
                "InstanceId": instance["InstanceId"],
                "Device": device,
                "State": "attached",
            }
        ],
    }
    ec2._parse_tag_specs(request, "volume", volume_id)


def drop_volumes(ec2: Module, instance: Record) -> None:
    """Delete or detach an instance's volumes as EC2 does when it is terminated."""
    for mapping in instance["BlockDeviceMappings"]:
        volume_id = mapping["Ebs"]["VolumeId"]
        if mapping["Ebs"]["DeleteOnTermination"]:
            ec2._volumes.pop(volume_id, None)
            ec2._tags.pop(volume_id, None)
        elif volume_id in ec2._volumes:
            ec2._volumes[volume_id].update(Attachments=[], State="available")
    instance["BlockDeviceMappings"] = []


def _read_mapping(ec2: Module, request: Parameters, *, device: str) -> dict[str, str]:
    """The `Ebs` members of the request's mapping for `device`."""
    for number in range(1, 20):
        prefix = f"BlockDeviceMapping.{number}."
        if ec2._p(request, f"{prefix}DeviceName") == device:
            return {
                key.removeprefix(f"{prefix}Ebs."): ec2._p(request, key)
                for key in request
                if key.startswith(f"{prefix}Ebs.")
            }
    return {}
