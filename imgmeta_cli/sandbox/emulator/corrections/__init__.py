"""Where the emulator answers otherwise than AWS does, one module a subject.

Each makes an answer truer and none makes a wrong Terraform file work: the files are for AWS.
"""

from __future__ import annotations

from ..records import Module
from ..settings import Settings
from ..translation import Translator
from . import addresses, console, images, instances, key_pairs, nat_gateways, tags


def apply_corrections(ec2: Module, *, settings: Settings, translator: Translator | None) -> None:
    """Correct the emulator's EC2 module in place."""
    images.correct(ec2, machine_image=settings.machine_image)
    console.correct(ec2)
    instances.correct(ec2)
    addresses.correct(ec2, pool=settings.address_pool, translator=translator)
    key_pairs.correct(ec2)
    nat_gateways.correct(ec2)
    tags.correct(ec2)
