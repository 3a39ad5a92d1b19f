"""A deployment's life with the real provider: what each plan touches, and in what order."""

from __future__ import annotations

import pytest

from tests.terraform.conftest import FIRST, LATEST_AMI, OLDER_AMI, SECOND, Step
from tests.terraform.stack import ASSOCIATION, INSTANCE, Stack, checked

pytestmark = pytest.mark.timeout(900)

Life = dict[str, Step]
BLUE = f'{INSTANCE}["blue@{"a" * 12}"]'
GREEN = f'{INSTANCE}["green@{"b" * 12}"]'
NEXT_GREEN = f'{INSTANCE}["green@{"c" * 12}"]'


@pytest.mark.parametrize(
    "name",
    ["fill blue again", "point at blue again", "change machine and key", "move to green again"],
)
def test_a_plan_with_nothing_to_do_is_empty(life: Life, name: str) -> None:
    assert life[name].plan.actions == {}
    assert life[name].plan.is_empty


def test_first_deploy_fills_one_slot_with_the_latest_debian(life: Life) -> None:
    step = life["fill blue"]
    assert set(map(tuple, step.plan.actions.values())) == {("create",)}
    assert step.plan.resources("aws_instance")[BLUE]["ami"] == LATEST_AMI
    assert set(step.outputs["slots"]) == {"blue"}
    assert "live_slot" not in step.outputs  # null


def test_slot_answers_at_its_own_address_until_it_is_live(life: Life) -> None:
    filled, live = life["fill blue"].outputs, life["point at blue"].outputs
    assert filled["slots"]["blue"]["public_ip"] != filled["address"]
    assert live["slots"]["blue"]["public_ip"] == live["address"] == filled["address"]
    assert live["slots"]["blue"]["image"] == FIRST


def test_going_live_touches_only_the_association(life: Life) -> None:
    assert life["point at blue"].plan.actions == {ASSOCIATION: ["create"]}


def test_filling_the_idle_slot_leaves_the_live_one_alone(life: Life) -> None:
    step = life["fill green"]
    assert step.plan.actions == {GREEN: ["create"]}
    instances = step.plan.resources("aws_instance")
    assert instances[BLUE]["instance_type"] == "t3.micro"
    assert instances[GREEN]["instance_type"] == "t3.small"
    assert instances[GREEN]["ami"] == OLDER_AMI
    assert step.outputs["slots"]["green"]["image"] == SECOND
    assert step.outputs["slots"]["blue"] == life["point at blue"].outputs["slots"]["blue"]


def test_address_moves_before_the_old_association_goes(life: Life) -> None:
    step = life["move to green"]
    assert step.plan.actions == {ASSOCIATION: ["create", "delete"]}
    assert step.done == (("create", ASSOCIATION), ("delete", ASSOCIATION))
    assert step.outputs["address"] == life["fill blue"].outputs["address"]
    assert step.outputs["slots"]["green"]["public_ip"] == step.outputs["address"]


def test_emptying_a_slot_ends_only_its_instance(life: Life) -> None:
    step = life["empty blue"]
    assert step.plan.actions == {BLUE: ["delete"]}
    assert set(step.outputs["slots"]) == {"green"}
    assert step.outputs["address"] == life["fill blue"].outputs["address"]


def test_another_image_in_the_live_slot_is_another_instance_and_comes_first(life: Life) -> None:
    assert life["swap green"].done == (
        ("create", NEXT_GREEN),
        ("create", ASSOCIATION),
        ("delete", ASSOCIATION),
        ("delete", GREEN),
    )


def test_retiring_keeps_nothing_but_the_bucket(life: Life) -> None:
    step = life["retire"]
    kept = step.plan.resources()
    assert {address.partition(".aws_")[0] for address in kept} == {"module.store"}
    assert step.plan.actions["module.store.aws_s3_bucket.this"] == ["update"]
    bucket = step.plan.resources("aws_s3_bucket")["module.store.aws_s3_bucket.this"]
    assert bucket["tags"]["imgmeta:kept"] == "true"
    assert step.outputs == {"bucket": "imgmeta-photos-1f2e3d4c", "slots": {}}
    assert life["retire again"].plan.is_empty


def test_public_addresses_go_before_the_internet_gateway(life: Life) -> None:
    order = [address for _, address in life["retire"].done]
    gateway = order.index("module.network[0].aws_internet_gateway.this")
    for address in (NEXT_GREEN, ASSOCIATION, "module.network[0].aws_nat_gateway.this[0]"):
        assert order.index(address) < gateway


def test_destroy_leaves_nothing(life: Life, stack: Stack) -> None:
    assert life["retire again"].plan.is_empty
    values = stack.folder / "values.tfvars.json"
    checked(stack.run("destroy", "-auto-approve", "-no-color", f"-var-file={values}"))
    assert checked(stack.run("state", "list")) == ""
