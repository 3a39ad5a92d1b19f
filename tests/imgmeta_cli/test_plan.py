"""What a deploy decides, and that no order of deploys, interrupts and failures stops a service."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmeta_cli.aws import Identity
from imgmeta_cli.config import DeployConfig
from imgmeta_cli.events import Change
from imgmeta_cli.plan import (
    DeployPlan,
    Facts,
    fingerprint,
    image_tag,
    needs_consent,
    plan_deploy,
    plan_destroy,
)
from imgmeta_cli.repository import parse_repository
from imgmeta_cli.steps import (
    NEW,
    Apply,
    Build,
    CheckAddress,
    CheckPublic,
    CreateKey,
    CreateToken,
    DestroyStack,
    EmptyBucket,
    Prove,
    Push,
    Step,
    Sweep,
)

REPOSITORY = parse_repository("acme/imgmeta")
CONFIG = DeployConfig(home=Path("/nowhere"))
TOKEN = "1" * 64
MADE = fingerprint(CONFIG, "machine", TOKEN)
ONE, TWO = REPOSITORY.at("sha256:1"), REPOSITORY.at("sha256:2")


def make_facts(published: str | None, **known: Any) -> Facts:
    """Facts of an account in which the registry has `published`."""
    return Facts(
        identity=Identity("123456789012", "arn:aws:iam::123456789012:root", "eu-central-1", None),
        deployment=None, repository=REPOSITORY, tag="0.1.0-abc", source_hash="abc",
        machine_hash="machine", published=published,
        **{"has_key": True, "token_sha256": TOKEN, **known},
    )  # fmt: skip


def outline(plan: DeployPlan) -> list[Any]:
    """The steps without their titles: the kind, or what an Apply makes of the slots."""
    return [
        (dict(step.slots), step.live) if isinstance(step, Apply) else type(step)
        for step in plan.steps
    ]


def test_first_deploy_fills_one_slot_and_only_then_gives_it_the_address() -> None:
    plan = plan_deploy(CONFIG, make_facts(None, has_key=False, token_sha256=None))
    assert outline(plan) == [
        Build, Push, CheckPublic, CreateKey, CreateToken,
        ({"blue": NEW}, None), Prove, ({"blue": NEW}, "blue"), CheckAddress,
    ]  # fmt: skip
    assert plan.reason == "first deploy"
    assert plan.fallback == Apply("empty the blue slot again", {}, None)


def test_the_same_version_is_compared_and_looked_at() -> None:
    facts = make_facts("sha256:1", slots={"blue": ONE}, made_with={"blue": MADE}, live_slot="blue")
    plan = plan_deploy(CONFIG, facts)
    assert outline(plan) == [({"blue": ONE}, "blue"), Prove, CheckAddress]
    assert plan.fallback is None


@pytest.mark.parametrize(("live", "target"), [("blue", "green"), ("green", "blue")])
def test_a_new_version_goes_into_the_idle_slot(live: str, target: str) -> None:
    facts = make_facts("sha256:2", slots={live: ONE}, made_with={live: MADE}, live_slot=live)
    plan = plan_deploy(CONFIG, facts)
    both = {live: ONE, target: TWO}
    assert outline(plan) == [
        (both, live), Prove, (both, target), CheckAddress, ({target: TWO}, target)
    ]  # fmt: skip
    assert plan.fallback is not None
    assert (plan.fallback.slots, plan.fallback.live) == ({live: ONE}, live)


@pytest.mark.parametrize(
    "config",
    [replace(CONFIG, instance_type="t3.small"), replace(CONFIG, ami_id="ami-00000001")],
    ids=["instance type", "AMI"],
)
def test_another_machine_for_the_same_image_fills_the_idle_slot(config: DeployConfig) -> None:
    facts = make_facts("sha256:1", slots={"blue": ONE}, made_with={"blue": MADE}, live_slot="blue")
    assert outline(plan_deploy(config, facts))[0] == ({"blue": ONE, "green": ONE}, "blue")


@pytest.mark.parametrize(("token", "before"), [("2" * 64, []), (None, [CreateToken])])
def test_another_token_for_the_same_image_fills_the_idle_slot(
    token: str | None, before: list[type]
) -> None:
    facts = make_facts(
        "sha256:1", slots={"blue": ONE}, made_with={"blue": MADE}, live_slot="blue",
        token_sha256=token,
    )  # fmt: skip
    both = {"blue": ONE, "green": ONE}
    assert outline(plan_deploy(CONFIG, facts)) == [
        *before, (both, "blue"), Prove, (both, "green"), CheckAddress, ({"green": ONE}, "green")
    ]  # fmt: skip


def test_openings_of_the_network_change_in_place() -> None:
    opened = replace(CONFIG, ssh_cidrs=("192.0.2.1/32",), allow_cidrs=("192.0.2.0/24",), nat=False)
    assert fingerprint(opened, "machine", TOKEN) == MADE
    assert fingerprint(CONFIG, "another", TOKEN) != MADE


def test_what_an_unfinished_deploy_left_is_taken_away_first() -> None:
    facts = make_facts(
        "sha256:2",
        slots={"blue": ONE, "green": REPOSITORY.at("sha256:0")},
        made_with={"blue": MADE, "green": MADE},
        live_slot="blue",
    )
    assert outline(plan_deploy(CONFIG, facts))[:2] == [
        ({"blue": ONE}, "blue"), ({"blue": ONE, "green": TWO}, "blue"),
    ]  # fmt: skip


def test_the_idle_nat_gateway_is_priced() -> None:
    assert "32 dollars" in plan_deploy(CONFIG, make_facts(None)).notes[0]
    assert plan_deploy(replace(CONFIG, nat=False), make_facts(None)).notes == ()


def test_destroy_keeps_the_bucket_unless_told() -> None:
    kept, gone = plan_destroy(delete_data=False), plan_destroy(delete_data=True)
    assert [type(step) for step in kept.steps] == [Apply, Sweep]
    assert [type(step) for step in gone.steps] == [Apply, EmptyBucket, DestroyStack, Sweep]
    assert (kept.steps[-1], gone.steps[-1]) == (Sweep(keeps_bucket=True), Sweep(keeps_bucket=False))
    for plan in (kept, gone):
        first = plan.steps[0]
        assert isinstance(first, Apply)
        assert (first.slots, first.live, first.retired) == ({}, None, True)


@pytest.mark.parametrize(
    ("action", "address", "asked"),
    [
        ("create", "module.network.aws_vpc.this", False),
        ("update", "module.ec2.aws_security_group.service", False),
        ("delete", 'module.ec2.aws_instance.slot["blue@3f9a"]', False),
        ("delete", 'module.ec2.aws_instance.slot["green@3f9a"]', False),
        ("replace", "module.ec2.aws_eip_association.live[0]", False),
        ("delete", "module.ec2.aws_eip.address", True),
        ("replace", "module.store.aws_s3_bucket.store", True),
        ("delete", "module.network.aws_nat_gateway.this[0]", True),
    ],
)
def test_agreement_to_a_deploy_covers_slots_and_address(
    action: str, address: str, asked: bool
) -> None:
    harmless = Change("module.ec2.aws_eip_association.live[0]", "delete")
    assert needs_consent((harmless, Change(address, action))) is asked


def test_a_tag_is_one_that_registries_take() -> None:
    assert image_tag("0.1.0+dirty", "0123456789abcdef") == "0.1.0-dirty-0123456789ab"


@dataclass
class Cloud:
    """What runs, and what has shown that it works; refuses what would stop the service."""

    slots: dict[str, str] = field(default_factory=dict)
    made_with: dict[str, str] = field(default_factory=dict)
    live: str | None = None
    proved: set[str] = field(default_factory=set)

    def carry_out(self, step: Step, *, image: str, made_with: str) -> None:
        match step:
            case Apply():
                slots = {k: image if v == NEW else v for k, v in step.slots.items()}
                self._apply(slots, step.live, made_with)
            case Prove():
                self.proved.add(step.slot)
            case CheckAddress():
                assert self.live in self.proved

    def _apply(self, slots: dict[str, str], live: str | None, made_with: str) -> None:
        assert live is None or live in slots, "the stack refuses such a live slot"
        # As the stack has it: an instance is named by slot and image, and never changed.
        fresh = {slot for slot, image in slots.items() if self.slots.get(slot) != image}
        if self.live is not None:
            assert live is not None, "the address is given away"
            assert live in slots and live not in fresh, "the serving slot is emptied or refilled"
        assert live == self.live or live in self.proved, "the address moves to an unproved slot"
        kept = {slot: made for slot, made in self.made_with.items() if slot in slots}
        self.made_with = {**kept, **dict.fromkeys(fresh, made_with)}
        self.proved = (self.proved & set(slots)) - fresh
        self.slots, self.live = slots, live


@dataclass(frozen=True)
class Attempt:
    """One deploy: which version, on what, with which token, and how it ends (None: well)."""

    version: int
    instance_type: str
    token_sha256: str
    stops_after: int | None
    broken: bool


ATTEMPTS = st.lists(
    st.builds(
        Attempt,
        version=st.integers(1, 3),
        instance_type=st.sampled_from(["t3.micro", "t3.small"]),
        token_sha256=st.sampled_from(["1" * 64, "2" * 64]),
        stops_after=st.none() | st.integers(0, 10),
        broken=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


def attempt_deploy(cloud: Cloud, attempt: Attempt, registry: set[str]) -> None:
    """Plan and carry out one deploy, as far as it gets."""
    config = replace(CONFIG, instance_type=attempt.instance_type)
    digest = f"sha256:{attempt.version}"
    facts = make_facts(
        digest if digest in registry else None,
        slots=dict(cloud.slots), made_with=dict(cloud.made_with), live_slot=cloud.live,
        token_sha256=attempt.token_sha256,
    )  # fmt: skip
    plan = plan_deploy(config, facts)
    image, made_with = REPOSITORY.at(digest), fingerprint(config, "machine", attempt.token_sha256)
    for step in plan.steps[: attempt.stops_after]:
        if isinstance(step, Push):
            registry.add(digest)
        if isinstance(step, Prove) and attempt.broken and plan.fallback is not None:
            cloud.carry_out(plan.fallback, image=image, made_with=made_with)
            return
        cloud.carry_out(step, image=image, made_with=made_with)


@given(ATTEMPTS)
def test_whatever_happens_what_serves_has_proved_itself(attempts: list[Attempt]) -> None:
    cloud, registry = Cloud(), set[str]()
    for attempt in attempts:
        attempt_deploy(cloud, attempt, registry)
    last = replace(attempts[-1], stops_after=None, broken=False)
    attempt_deploy(cloud, last, registry)
    config = replace(CONFIG, instance_type=last.instance_type)
    made_with = fingerprint(config, "machine", last.token_sha256)
    assert cloud.live is not None
    assert cloud.slots == {cloud.live: REPOSITORY.at(f"sha256:{last.version}")}
    assert cloud.made_with == {cloud.live: made_with}
