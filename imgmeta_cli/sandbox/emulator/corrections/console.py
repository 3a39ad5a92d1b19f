"""GetConsoleOutput: an instance's console is its container's log."""

from __future__ import annotations

import base64
import time

from ..records import Answer, Module, Parameters, Record, element, refuse, succeed

KEPT_BYTES = 64 * 1024  # EC2 keeps the most recent 64 KB
_FIELD = "_console"


def correct(ec2: Module) -> None:
    """Answer GetConsoleOutput, and keep the last output of an instance that is gone."""

    def get_console_output(p: Parameters) -> Answer:
        instance_id = ec2._p(p, "InstanceId")
        instance = ec2._instances.get(instance_id)
        if instance is None:
            missing = f"The instance ID '{instance_id}' does not exist"
            return refuse(ec2, "InvalidInstanceID.NotFound", message=missing)
        output = base64.b64encode(_read_console(ec2, instance)).decode()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        inner = element("instanceId", instance_id) + element("timestamp", stamp)
        return succeed(ec2, "GetConsoleOutput", inner=inner + element("output", output))

    remove_container = ec2._vm_remove_container

    def remove(instance: Record) -> None:
        instance[_FIELD] = _read_console(ec2, instance)
        remove_container(instance)

    ec2._ACTION_MAP["GetConsoleOutput"] = get_console_output
    ec2._DOCKER_ACTIONS.add("GetConsoleOutput")
    ec2._vm_remove_container = remove


def _read_console(ec2: Module, instance: Record) -> bytes:
    container = None if instance.get("VmManager") != "docker" else ec2._vm_get_container(instance)
    if container is None:
        kept: bytes = instance.get(_FIELD, b"")
        return kept
    log: bytes = container.logs(tail=2000)
    return log[-KEPT_BYTES:]
